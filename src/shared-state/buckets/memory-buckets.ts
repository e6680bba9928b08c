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

/** Buckets come from the settings and the model table, so this bound is never met unless something is wrong. */
const MAX_BUCKETS = 10_000;

interface Held extends BucketState {
  law: BucketSpec;
}

/** Buckets of this process. */
export class MemoryBuckets implements BucketStore {
  private readonly states = new Map<string, Held>();

  constructor(
    private readonly now: () => number = Date.now,
    private readonly maxBuckets: number = MAX_BUCKETS,
  ) {}

  get size(): number {
    return this.states.size;
  }

  take(draughts: readonly BucketDebit[]): DebitResult {
    const at = this.now();
    const states = this.statesOf(draughts, at);
    let waitMs = 0;
    let short: number | undefined;
    for (const [index, { law, amount }] of draughts.entries()) {
      const wait = waitMsFor(states[index]!, law, amount, at);
      if (wait > waitMs) [waitMs, short] = [wait, index];
    }
    if (short === undefined) {
      for (const [index, { law, amount }] of draughts.entries()) states[index]!.level -= debitAmount(amount, law);
    }
    return { short, waitMs, levels: states.map(({ level }) => level), at };
  }

  correct(draughts: readonly BucketDebit[], takenAt: number): void {
    const states = this.statesOf(draughts, this.now());
    for (const [index, { law, amount }] of draughts.entries()) adjustLevel(states[index]!, law, amount, takenAt);
  }

  drain(draughts: readonly BucketDebit[]): void {
    for (const state of this.statesOf(draughts, this.now())) emptyBucket(state);
  }

  /** The buckets as they are now: refilled. */
  private statesOf(draughts: readonly BucketDebit[], now: number): Held[] {
    if (this.states.size + draughts.length > this.maxBuckets) this.makeRoom(draughts.length, now);
    return draughts.map(({ key, law }) => {
      let state = this.states.get(key);
      if (state === undefined) this.states.set(key, (state = { ...fullBucket(law, now), law }));
      state.law = law;
      refill(state, law, now);
      return state;
    });
  }

  /** A bucket that is full again is the same as one that was never used. The others go only where that is not enough. */
  private makeRoom(wanted: number, now: number): void {
    for (const [key, state] of this.states) {
      refill(state, state.law, now);
      if (state.level >= state.law.capacity) this.states.delete(key);
    }
    for (const key of this.states.keys()) {
      if (this.states.size + wanted <= this.maxBuckets) return;
      this.states.delete(key);
    }
  }
}
