import type { EntityKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';

/** A change of one object of the database. Without a record, the object was removed. */
export interface RecordChange {
  readonly kind: EntityKind;
  readonly id: string;
  readonly record?: GovernanceRecord;
  /** True if running requests of a removed, disabled or revoked caller must end. */
  readonly cut?: boolean;
}

/** What has changed, for listeners. `all`: objects were replaced, so everything may have changed. */
export type SnapshotChange =
  | {
      readonly all: true;
      readonly changes?: undefined;
      /** Returns true for a key or principal that was active before and is not any more. Changes with `cut` may be among them. */
      readonly isCut?: (id: string) => boolean;
    }
  | { readonly all?: undefined; readonly changes: readonly RecordChange[]; readonly isCut?: undefined };

/** Returns which setting or file takes precedence over a key; undefined if none does. */
export type KeyPrecedence = (name: string, digests: readonly Buffer[], id: string) => string | undefined;

/** The number of objects of a kind and origin. */
export interface RecordCount {
  readonly kind: EntityKind;
  readonly origin: 'file' | 'database';
  readonly count: number;
}
