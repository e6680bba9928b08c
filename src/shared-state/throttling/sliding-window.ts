/**
 * Counter of a sliding window: two aligned windows, of which the older one counts by the part of it that lies within the
 * sliding window. The cost and memory of a key are constant, whatever the rate.
 *
 * Guarantees: an aligned window never admits more than `limit`. Any span of one window's length touches two aligned windows,
 * so it admits less than twice `limit`. The worst case is a burst at the end of one window and a steady rate after it. On
 * average, no more than `limit` is admitted for each window.
 *
 * All calculations use integer milliseconds, so that the Lua script in Redis gives the same results.
 */
export interface WindowCount {
  /** Number of the aligned window: `floor(now / windowMs)`. */
  window: number;
  /** Requests admitted in this window. */
  current: number;
  /** Requests admitted in the window before. */
  previous: number;
}

/** The decision about one request. Times are in milliseconds. */
export interface WindowDecision {
  admitted: boolean;
  /** Requests that would be admitted now, after this one. */
  remaining: number;
  /** Time until no admitted request counts any more. */
  resetMs: number;
  /** Time until the request would be admitted, if no other request is; 0 if it is admitted. */
  waitMs: number;
}

/** Advances the count to the window of `now`, in place, because it runs for every request. */
export function advanceWindow(count: WindowCount, now: number, windowMs: number): void {
  const window = Math.floor(now / windowMs);
  if (window === count.window) return;
  count.previous = window === count.window + 1 ? count.current : 0;
  count.current = 0;
  count.window = window;
}

/**
 * Returns true if `amount` more requests fit. The weighted estimate is multiplied by the window, so that all numbers are
 * integers.
 */
export function isBelowLimit(
  count: WindowCount,
  elapsed: number,
  limit: number,
  windowMs: number,
  amount: number,
): boolean {
  return (count.current + amount) * windowMs + count.previous * (windowMs - elapsed) <= limit * windowMs;
}

/** Describes a decision about `amount` requests, from the count after it. */
export function toWindowDecision(
  count: WindowCount,
  elapsed: number,
  limit: number,
  windowMs: number,
  admitted: boolean,
  amount: number,
): WindowDecision {
  const used = count.current * windowMs + count.previous * (windowMs - elapsed);
  return {
    admitted,
    remaining: Math.max(0, Math.floor((limit * windowMs - used) / windowMs)),
    resetMs: resetMs(count, elapsed, windowMs),
    waitMs: admitted ? 0 : waitMs(count, elapsed, limit, windowMs, amount),
  };
}

function resetMs(count: WindowCount, elapsed: number, windowMs: number): number {
  if (count.current > 0) return 2 * windowMs - elapsed;
  return count.previous > 0 ? windowMs - elapsed : 0;
}

/** Returns the shortest wait after which the requests fit; two windows if `amount` exceeds `limit`. */
function waitMs(count: WindowCount, elapsed: number, limit: number, windowMs: number, amount: number): number {
  const free = limit - count.current - amount;
  if (free >= 0) return offsetWithFree(count.previous, free, windowMs) - elapsed;
  return windowMs - elapsed + offsetWithFree(count.current, Math.max(0, limit - amount), windowMs);
}

/** Returns the offset into a window from which the weighted `previous` leaves at least `free` requests. */
function offsetWithFree(previous: number, free: number, windowMs: number): number {
  if (previous <= free) return 0;
  return windowMs - Math.floor((free * windowMs) / previous);
}

export const MINUTE_MS = 60_000;
