/**
 * One limit as a bucket of tokens or requests: constant cost and memory, whatever goes through it.
 *
 * What it promises: the level never exceeds the capacity; what is taken leaves a level of zero or more; what is given
 * back is what was taken less what was used, no more and no less, as long as there is room for it; what was used beyond
 * what was taken makes the level negative, at most by one capacity, so that no mistake outlives one period.
 */
export interface BucketSpec {
  /** Most it holds. */
  capacity: number;
  /** Milliseconds in which an empty bucket is full again. */
  periodMs: number;
  /** `steady`: drop by drop; `at-once`: wholly, when a period of the clock begins (of a day: at midnight UTC). */
  refill: 'steady' | 'at-once';
}

export interface BucketState {
  level: number;
  /** Milliseconds since 1970 up to which it has been refilled. */
  at: number;
}

export function fullBucket(law: BucketSpec, now: number): BucketState {
  return { level: law.capacity, at: now };
}

/** Refills up to now; in place, since this runs for every request. A clock that was set back refills nothing. */
export function refill(state: BucketState, law: BucketSpec, now: number): void {
  const { capacity, periodMs } = law;
  if (law.refill === 'at-once') {
    const isNew = Math.floor(now / periodMs) > Math.floor(state.at / periodMs);
    state.level = isNew ? capacity : Math.min(capacity, state.level);
  } else {
    const since = Math.max(0, now - state.at);
    state.level = Math.min(capacity, state.level + (since * capacity) / periodMs);
  }
  state.at = now;
}

/** What a request takes: one that asks for more than the bucket can ever hold gets it when the bucket is full. */
export function debitAmount(amount: number, { capacity }: BucketSpec): number {
  return Math.min(amount, capacity);
}

/** Milliseconds until so much is there, if nothing else is in between; 0: now. The state is refilled up to `now`. */
export function waitMsFor(state: BucketState, law: BucketSpec, amount: number, now: number): number {
  const missing = debitAmount(amount, law) - state.level;
  if (missing <= 0) return 0;
  if (law.refill === 'at-once') return law.periodMs - (now % law.periodMs);
  return Math.ceil((missing * law.periodMs) / law.capacity);
}

/**
 * Gives back (or, when negative, takes) the difference between what was taken and what was used. What was taken before
 * the clock's last refill has come back with it already.
 */
export function adjustLevel(state: BucketState, law: BucketSpec, difference: number, takenAt: number): void {
  const { capacity, periodMs } = law;
  if (law.refill === 'at-once' && Math.floor(takenAt / periodMs) < Math.floor(state.at / periodMs)) return;
  state.level = Math.min(capacity, Math.max(-capacity, state.level + difference));
}

/** Nothing is left: AWS has said so. */
export function emptyBucket(state: BucketState): void {
  state.level = Math.min(0, state.level);
}
