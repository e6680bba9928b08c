import type { EntityKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';

/** The state of the database. A replica is up to date if both values are equal, not if its revision is larger. */
export interface GovernanceState {
  /** Changed by a restore of a backup. */
  epoch: string;
  revision: number;
}

/** An object that was written or removed. Roles of a principal count as a change of the principal. */
export interface StoredChange {
  kind: EntityKind;
  id: string;
  /** True if running requests of the object end, too. */
  cut: boolean;
  /** The present object; absent if it was removed. */
  record?: GovernanceRecord;
}

/** The changes since a revision, or the instruction to read everything: after a restore, or after too many changes. */
export type ChangesSince =
  | { kind: 'changes'; state: GovernanceState; changes: StoredChange[] }
  | { kind: 'reload'; state: GovernanceState };

/** An object with this name, id or hash exists already. */
export class GovernanceConflictError extends Error {
  override readonly name = 'GovernanceConflictError';
  readonly kind: EntityKind;
  /** Id of the existing object. */
  readonly existingId: string;
  readonly field: 'name' | 'hash';

  constructor(kind: EntityKind, field: 'name' | 'hash', existingId: string) {
    super(`Another ${kind} has the same ${field}.`);
    this.kind = kind;
    this.field = field;
    this.existingId = existingId;
  }
}
