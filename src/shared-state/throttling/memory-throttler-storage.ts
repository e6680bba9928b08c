import type { ThrottlerStorage } from '@nestjs/throttler';
import {
  type WindowDecision,
  toWindowDecision,
  isBelowLimit,
  advanceWindow,
  type WindowCount,
} from './sliding-window.ts';

/** The library's record of a key. Times are in seconds, with fractions. */
export type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Storage of request counts. */
export interface RequestCounter extends ThrottlerStorage {
  /**
   * Counts `amount` requests if all of them fit below the limit; otherwise counts none. `totalHits` of the result is the
   * count afterwards.
   */
  incrementBy(key: string, windowMs: number, limit: number, amount: number): Promise<ThrottlerRecord>;
}

/** Maximum number of keys. They come from the configuration and `auth.keysFile`, which have no more, so no key loses its count. */
const MAX_KEYS = 1_000_000;

/** Counts requests in this process: two numbers for each key, at constant cost. */
export class MemoryThrottlerStorage implements RequestCounter {
  private readonly counts = new Map<string, WindowCount>();

  constructor(
    private readonly maxKeys: number = MAX_KEYS,
    private readonly now: () => number = Date.now,
  ) {}

  get size(): number {
    return this.counts.size;
  }

  increment(key: string, windowMs: number, limit: number): Promise<ThrottlerRecord> {
    return Promise.resolve(this.count(key, windowMs, limit, 1));
  }

  incrementBy(key: string, windowMs: number, limit: number, amount: number): Promise<ThrottlerRecord> {
    return Promise.resolve(this.count(key, windowMs, limit, amount));
  }

  count(key: string, windowMs: number, limit: number, amount: number): ThrottlerRecord {
    const now = this.now();
    const count = this.bucketsOf(key, now, windowMs);
    const elapsed = now - count.window * windowMs;
    const admitted = isBelowLimit(count, elapsed, limit, windowMs, amount);
    // A rejected request is not counted, so a client that retries constantly gets the next free slot.
    if (admitted) count.current += amount;
    return toThrottlerRecord(toWindowDecision(count, elapsed, limit, windowMs, admitted, amount), limit);
  }

  private bucketsOf(key: string, now: number, windowMs: number): WindowCount {
    const known = this.counts.get(key);
    if (known?.window === Math.floor(now / windowMs)) return known;
    const count = known ?? { window: Math.floor(now / windowMs), current: 0, previous: 0 };
    advanceWindow(count, now, windowMs);
    // Once in each window, a key moves to the end of the map, so that the least recently used key is first.
    this.counts.delete(key);
    this.counts.set(key, count);
    if (this.counts.size > this.maxKeys) this.evict();
    return count;
  }

  private evict(): void {
    const leastRecentlyUsed = this.counts.keys().next();
    if (!leastRecentlyUsed.done) this.counts.delete(leastRecentlyUsed.value);
  }
}

/** Converts a decision to the library's record, whose times are in seconds. */
export function toThrottlerRecord(admission: WindowDecision, limit: number): ThrottlerRecord {
  return {
    totalHits: limit - admission.remaining,
    timeToExpire: admission.resetMs / 1000,
    isBlocked: !admission.admitted,
    timeToBlockExpire: admission.waitMs / 1000,
  };
}
