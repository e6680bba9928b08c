/**
 * A sliding-window counter: two aligned buckets, the older one weighted by how much of it still
 * lies inside the last window. Constant cost and memory per key, whatever the rate.
 *
 * What it promises: an aligned window never admits more than `limit`; hence any span of one window's
 * length, which touches two aligned ones, admits less than twice `limit` (a burst at the very end of
 * one window followed by a full steady one), and on average no more than `limit` per window.
 *
 * Everything is integer arithmetic in milliseconds, so that the same numbers come out of Redis's Lua.
 */
export interface WindowCount {
  /** Number of the aligned window: `floor(now / windowMs)`. */
  window: number;
  /** Requests admitted in this window. */
  current: number;
  /** Requests admitted in the window before. */
  previous: number;
}

/** What a count means for one request. Times in milliseconds. */
export interface WindowDecision {
  admitted: boolean;
  /** Requests that would be admitted at this moment after this one. */
  remaining: number;
  /** Until nothing of what was admitted counts any more. */
  resetMs: number;
  /** Until the request would be admitted, if nothing else is in between; 0 when admitted. */
  waitMs: number;
}

/** Moves the buckets on to the window of `now`; in place, this runs for every request. */
export function advanceWindow(count: WindowCount, now: number, windowMs: number): void {
  const window = Math.floor(now / windowMs);
  if (window === count.window) return;
  count.previous = window === count.window + 1 ? count.current : 0;
  count.current = 0;
  count.window = window;
}

/** Whether `amount` more fit: the weighted estimate, multiplied by the window to stay in integers. */
export function isBelowLimit(
  count: WindowCount,
  elapsed: number,
  limit: number,
  windowMs: number,
  amount: number,
): boolean {
  return (count.current + amount) * windowMs + count.previous * (windowMs - elapsed) <= limit * windowMs;
}

/** Describes a decision about `amount` requests from the buckets as they are after it. */
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

/** The smallest wait after which `fits` is true; two windows where `amount` is more than `limit`. */
function waitMs(count: WindowCount, elapsed: number, limit: number, windowMs: number, amount: number): number {
  const room = limit - count.current - amount;
  if (room >= 0) return offsetWithRoom(count.previous, room, windowMs) - elapsed;
  return windowMs - elapsed + offsetWithRoom(count.current, Math.max(0, limit - amount), windowMs);
}

/** From which offset into a window the weighted `previous` leaves at least this much room. */
function offsetWithRoom(previous: number, room: number, windowMs: number): number {
  if (previous <= room) return 0;
  return windowMs - Math.floor((room * windowMs) / previous);
}

export const MINUTE_MS = 60_000;
