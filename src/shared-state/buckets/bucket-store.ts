import type { BucketSpec } from './bucket.ts';

/** A bucket by name, and what one request wants of it. */
export interface BucketDebit {
  /** Names the bucket among all: the limit and what it is a limit of. */
  key: string;
  law: BucketSpec;
  amount: number;
}

/** What taking came to. Either every bucket gave, or none did. */
export interface DebitResult {
  /** Index of the bucket that lets one wait longest; absent: all gave. */
  short?: number;
  /** Milliseconds until that bucket has as much, if nothing else is in between. */
  waitMs: number;
  /** Levels afterwards, in the order of the draughts. */
  levels: readonly number[];
  /** When it happened by the clock of the buckets; to be handed back with a correction. */
  at: number;
}

/** Buckets in this process, or shared by replicas. Nothing here throws. */
export interface BucketStore {
  /** Takes from all of them or from none. */
  take(draughts: readonly BucketDebit[]): DebitResult | Promise<DebitResult>;
  /** Amounts are differences: positive ones go back into the bucket. */
  correct(draughts: readonly BucketDebit[], takenAt: number): void;
  /** Empties them, whatever they held. */
  drain(draughts: readonly BucketDebit[]): void;
}
