import { LRUCache } from 'lru-cache';
import { tooManyInvalidTokens } from './token-errors.ts';

const BURST = 20;
const PER_SECOND = 2;
const MAX_ADDRESSES = 10_000;

interface Failures {
  /** Failures that count against the burst. They decrease with time. */
  count: number;
  at: number;
}

/**
 * Limits how many invalid signatures an address may let the gateway verify: 20 at once, then 2 a second. The signatures of an
 * address are verified one after another, so that the limit holds for concurrent requests. Valid tokens do not count, and
 * tokens in the cache are not affected.
 */
export class InvalidSignatureLimit {
  private readonly failures = new LRUCache<string, Failures>({ max: MAX_ADDRESSES });
  /** The end of the last verification of each address that has one. */
  private readonly last = new Map<string, Promise<void>>();

  /** Runs a verification. Throws its error, and TokenRejection 429 if the address has reached the limit. */
  async run<Result>(address: string, verify: () => Promise<Result>): Promise<Result> {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const before = this.last.get(address);
    this.last.set(address, ended);
    try {
      await before;
      if (this.countOf(address) >= BURST) throw tooManyInvalidTokens(1);
      return await verify().catch((error: unknown) => {
        this.failures.set(address, { count: this.countOf(address) + 1, at: performance.now() });
        throw error;
      });
    } finally {
      if (this.last.get(address) === ended) this.last.delete(address);
      resolve();
    }
  }

  private countOf(address: string): number {
    const known = this.failures.get(address);
    return known === undefined ? 0 : Math.max(0, known.count - ((performance.now() - known.at) / 1_000) * PER_SECOND);
  }
}
