/**
 * Specification of one limit as a bucket of tokens or requests, with constant cost and memory.
 *
 * Invariants: the level never exceeds the capacity. A debit leaves a level of zero or more. A settlement returns exactly the
 * unused part of a debit, up to the capacity. Usage beyond the debit makes the level negative, by one capacity at most, so
 * that an error lasts one period at most.
 */
export interface BucketSpec {
  /** Maximum level. */
  capacity: number;
  /** Milliseconds in which an empty bucket refills. */
  periodMs: number;
  /** `steady`: continuously. `at-once`: completely at the start of each period, which is midnight UTC for a day. */
  refill: 'steady' | 'at-once';
}

/** State of one bucket. */
export interface BucketState {
  level: number;
  /** Time of the last refill, in milliseconds since 1970. */
  at: number;
}

/** Returns a full bucket. `now` is in milliseconds since 1970. */
export function fullBucket(spec: BucketSpec, now: number): BucketState {
  return { level: spec.capacity, at: now };
}

/**
 * Refills the bucket up to `now`, in place, because it runs for every request. A clock that was set back refills nothing.
 */
export function refill(state: BucketState, spec: BucketSpec, now: number): void {
  const { capacity, periodMs } = spec;
  if (spec.refill === 'at-once') {
    const isNew = Math.floor(now / periodMs) > Math.floor(state.at / periodMs);
    state.level = isNew ? capacity : Math.min(capacity, state.level);
  } else {
    const since = Math.max(0, now - state.at);
    state.level = Math.min(capacity, state.level + (since * capacity) / periodMs);
  }
  state.at = now;
}

/** Returns the amount to debit. A request above the capacity takes a full bucket. */
export function debitAmount(amount: number, { capacity }: BucketSpec): number {
  return Math.min(amount, capacity);
}

/**
 * Returns the milliseconds until the bucket holds `amount`, if no other request uses it; 0 if it does now. The state must be
 * refilled up to `now`.
 */
export function waitMsFor(state: BucketState, spec: BucketSpec, amount: number, now: number): number {
  const missing = debitAmount(amount, spec) - state.level;
  if (missing <= 0) return 0;
  if (spec.refill === 'at-once') return spec.periodMs - (now % spec.periodMs);
  return Math.ceil((missing * spec.periodMs) / spec.capacity);
}

/**
 * Adds the difference between debit and usage to the level, or subtracts it if negative. A debit of a former period has no
 * effect, because the refill has returned it already.
 */
export function adjustLevel(state: BucketState, spec: BucketSpec, difference: number, takenAt: number): void {
  const { capacity, periodMs } = spec;
  if (spec.refill === 'at-once' && Math.floor(takenAt / periodMs) < Math.floor(state.at / periodMs)) return;
  state.level = Math.min(capacity, Math.max(-capacity, state.level + difference));
}

/** Empties the bucket after a throttle of AWS. */
export function emptyBucket(state: BucketState): void {
  state.level = Math.min(0, state.level);
}
