import type { BucketSpec } from './bucket.ts';

/** The amount to take from one bucket. */
export interface BucketDebit {
  /** Unique name of the bucket: the limit and its scope. */
  key: string;
  spec: BucketSpec;
  amount: number;
}

/** Result of a debit. Either all buckets were debited, or none. */
export interface DebitResult {
  /** Index of the bucket with the longest wait. Absent if all buckets were debited. */
  short?: number;
  /** Milliseconds until that bucket holds the amount, if no other request uses it. */
  waitMs: number;
  /** Levels after the operation, in the order of the debits. */
  levels: readonly number[];
  /** Time of the debit by the clock of the buckets, in milliseconds; required for a correction. */
  at: number;
}

/** Buckets in this process, or shared by replicas. No function throws. */
export interface BucketStore {
  /** Debits all buckets, or none if one is short. */
  take(debits: readonly BucketDebit[]): DebitResult | Promise<DebitResult>;
  /** Adjusts the levels. Positive amounts return to the bucket. */
  correct(debits: readonly BucketDebit[], takenAt: number): void;
  /** Empties the buckets. */
  drain(debits: readonly BucketDebit[]): void;
}
