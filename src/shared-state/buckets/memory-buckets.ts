import {
  type BucketSpec,
  type BucketState,
  adjustLevel,
  emptyBucket,
  fullBucket,
  refill,
  debitAmount,
  waitMsFor,
} from './bucket.ts';
import type { BucketStore, BucketDebit, DebitResult } from './bucket-store.ts';

/**
 * Maximum number of buckets. Their names come from the settings and the model table, so the limit is normally not reached.
 */
const MAX_BUCKETS = 10_000;

interface StoredBucket extends BucketState {
  spec: BucketSpec;
}

/** Buckets in the memory of this process. */
export class MemoryBuckets implements BucketStore {
  private readonly states = new Map<string, StoredBucket>();

  constructor(
    private readonly now: () => number = Date.now,
    private readonly maxBuckets: number = MAX_BUCKETS,
  ) {}

  get size(): number {
    return this.states.size;
  }

  take(debits: readonly BucketDebit[]): DebitResult {
    const at = this.now();
    const states = this.statesOf(debits, at);
    let waitMs = 0;
    let short: number | undefined;
    for (const [index, { spec, amount }] of debits.entries()) {
      const wait = waitMsFor(states[index]!, spec, amount, at);
      if (wait > waitMs) [waitMs, short] = [wait, index];
    }
    if (short === undefined) {
      for (const [index, { spec, amount }] of debits.entries()) states[index]!.level -= debitAmount(amount, spec);
    }
    return { short, waitMs, levels: states.map(({ level }) => level), at };
  }

  correct(debits: readonly BucketDebit[], takenAt: number): void {
    const states = this.statesOf(debits, this.now());
    for (const [index, { spec, amount }] of debits.entries()) adjustLevel(states[index]!, spec, amount, takenAt);
  }

  drain(debits: readonly BucketDebit[]): void {
    for (const state of this.statesOf(debits, this.now())) emptyBucket(state);
  }

  /** Returns the buckets, refilled up to `now`. */
  private statesOf(debits: readonly BucketDebit[], now: number): StoredBucket[] {
    if (this.states.size + debits.length > this.maxBuckets) this.evict(debits.length, now);
    return debits.map(({ key, spec }) => {
      let state = this.states.get(key);
      if (state === undefined) this.states.set(key, (state = { ...fullBucket(spec, now), spec }));
      state.spec = spec;
      refill(state, spec, now);
      return state;
    });
  }

  /** Removes full buckets, because they equal unused ones. Removes others only if that is not enough. */
  private evict(wanted: number, now: number): void {
    for (const [key, state] of this.states) {
      refill(state, state.spec, now);
      if (state.level >= state.spec.capacity) this.states.delete(key);
    }
    for (const key of this.states.keys()) {
      if (this.states.size + wanted <= this.maxBuckets) return;
      this.states.delete(key);
    }
  }
}
