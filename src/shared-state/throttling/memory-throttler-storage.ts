import type { ThrottlerStorage } from '@nestjs/throttler';
import {
  type WindowDecision,
  toWindowDecision,
  isBelowLimit,
  advanceWindow,
  type WindowCount,
} from './sliding-window.ts';

/** As the library names it; seconds, with fractions. */
export type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Where requests are counted. */
export interface RequestCounter extends ThrottlerStorage {
  /**
   * Counts `amount` requests if all of them fit below the limit, else none. `totalHits` is what is counted afterwards.
   */
  incrementBy(key: string, windowMs: number, limit: number, amount: number): Promise<ThrottlerRecord>;
}

/** Keys come from the config, so this bound is never met unless something is wrong. */
const MAX_KEYS = 50_000;

/** Counts requests in this process: two numbers per key, constant cost. */
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
    // A refused request is not counted: whoever keeps asking gets the next free slot all the same.
    if (admitted) count.current += amount;
    return toThrottlerRecord(toWindowDecision(count, elapsed, limit, windowMs, admitted, amount), limit);
  }

  private bucketsOf(key: string, now: number, windowMs: number): WindowCount {
    const known = this.counts.get(key);
    if (known?.window === Math.floor(now / windowMs)) return known;
    const count = known ?? { window: Math.floor(now / windowMs), current: 0, previous: 0 };
    advanceWindow(count, now, windowMs);
    // Once per window a key goes to the end of the map: its head holds the longest unused.
    this.counts.delete(key);
    this.counts.set(key, count);
    if (this.counts.size > this.maxKeys) this.evict();
    return count;
  }

  private evict(): void {
    const longestUnused = this.counts.keys().next();
    if (!longestUnused.done) this.counts.delete(longestUnused.value);
  }
}

export function toThrottlerRecord(admission: WindowDecision, limit: number): ThrottlerRecord {
  return {
    totalHits: limit - admission.remaining,
    timeToExpire: admission.resetMs / 1000,
    isBlocked: !admission.admitted,
    timeToBlockExpire: admission.waitMs / 1000,
  };
}
