import { type BucketState, correct, drain, fullBucket, refill, takenFor, waitFor } from './bucket.ts';
import type { BucketStore, Draught, Taken } from './bucket-store.ts';

/** Buckets come from the settings and the model table, so this bound is never met unless something is wrong. */
const MAX_BUCKETS = 10_000;

/** Buckets of this process. */
export class MemoryBuckets implements BucketStore {
  private readonly states = new Map<string, BucketState>();

  constructor(
    private readonly now: () => number = Date.now,
    private readonly maxBuckets: number = MAX_BUCKETS,
  ) {}

  get size(): number {
    return this.states.size;
  }

  take(draughts: readonly Draught[]): Taken {
    const at = this.now();
    const states = draughts.map((draught) => this.stateOf(draught, at));
    let waitMs = 0;
    let short: number | undefined;
    for (const [index, { law, amount }] of draughts.entries()) {
      const wait = waitFor(states[index]!, law, amount, at);
      if (wait > waitMs) [waitMs, short] = [wait, index];
    }
    if (short === undefined) {
      for (const [index, { law, amount }] of draughts.entries()) states[index]!.level -= takenFor(amount, law);
    }
    return { short, waitMs, levels: states.map(({ level }) => level), at };
  }

  correct(draughts: readonly Draught[], takenAt: number): void {
    const at = this.now();
    for (const draught of draughts) correct(this.stateOf(draught, at), draught.law, draught.amount, takenAt);
  }

  drain(draughts: readonly Draught[]): void {
    const at = this.now();
    for (const draught of draughts) drain(this.stateOf(draught, at));
  }

  /** The bucket as it is now: refilled. */
  private stateOf({ key, law }: Draught, now: number): BucketState {
    let state = this.states.get(key);
    if (state === undefined) {
      if (this.states.size >= this.maxBuckets) this.forgetOldest();
      this.states.set(key, (state = fullBucket(law, now)));
    }
    refill(state, law, now);
    return state;
  }

  private forgetOldest(): void {
    const oldest = this.states.keys().next();
    if (!oldest.done) this.states.delete(oldest.value);
  }
}
