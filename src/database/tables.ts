import type { ColumnType, Generated } from 'kysely';
import type { LedgerTables } from './ledger-tables.ts';

/** JSON text. SQLite has no JSON type, and PostgreSQL returns JSON parsed, so both store text. */
type JsonText = string;
/** ISO 8601 in UTC with milliseconds, so that the order of texts is the order of times. */
type Timestamp = string;
/** A whole number. SQLite returns BigInt, and `pg` text. */
type WholeNumber = ColumnType<bigint | string | number, bigint | number, bigint | number>;

/** An object of the governance, of any kind but principals. `spec` is its document as JSON. */
export interface GovernanceObjectTable {
  kind: string;
  id: string;
  /** Unique in its kind. */
  name: string;
  spec: JsonText;
  version: WholeNumber;
  /** `ManagedBy` as JSON. */
  managed_by: JsonText | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

/** The secrets of keys, for the uniqueness of their hashes. */
export interface KeySecretTable {
  /** `sha256:` and 64 hexadecimal digits. */
  hash: string;
  key_id: string;
}

/** When a key was last used, with the precision of a day. Written lazily. */
export interface KeyUseTable {
  key_id: string;
  /** `YYYY-MM-DD`, UTC. */
  last_used: string;
}

export interface PrincipalTable {
  id: string;
  issuer: string;
  subject: string;
  /** `PrincipalDocument` as JSON, without its groups. */
  spec: JsonText;
  /** Groups of the last token as JSON. Separate from `spec`, because a sign-in writes it without the lock of changes. */
  groups: JsonText | null;
  /** 0 until an administrator changes the principal. */
  version: WholeNumber;
  first_seen: Timestamp;
  last_seen: Timestamp;
}

/** Personal values of principals, and the salt with which they enter the hash of the audit. Erasure deletes the row. */
export interface PrincipalIdentityTable {
  principal_id: string;
  email: string | null;
  name: string | null;
  /** 32 random bytes as hexadecimal digits. */
  salt: string;
}

/** An assignment of a role in addition to those of groups and tokens. */
export interface RoleAssignmentTable {
  principal_id: string;
  role: string;
  /** Id of the team of a team admin; empty for other roles. */
  team_id: string;
}

export interface AuditEntryTable {
  sequence: WholeNumber;
  /** Hash of the previous entry. */
  previous_hash: string;
  hash: string;
  at: Timestamp;
  /** Who: `{ kind, id }` as JSON. */
  actor: JsonText;
  action: string;
  object_kind: string | null;
  object_id: string | null;
  before: JsonText | null;
  after: JsonText | null;
  details: JsonText | null;
}

/** The last trimmed entry of the audit, so that the rest of the chain still verifies. */
export interface AuditCheckpointTable {
  sequence: WholeNumber;
  hash: string;
  at: Timestamp;
}

/** One row: the lock of all changes. */
export interface GovernanceStateTable {
  id: Generated<number>;
  /** Changed by a restore of a backup. */
  epoch: string;
  revision: WholeNumber;
  audit_sequence: WholeNumber;
  audit_hash: string;
  /** Revisions up to this one are no longer in `governance_change`. */
  trimmed_revision: WholeNumber;
}

/** What each revision changed. Replicas read the rows above their own revision. */
export interface GovernanceChangeTable {
  revision: WholeNumber;
  /** Position within the revision, because one transaction may change many objects. */
  position: WholeNumber;
  kind: string;
  object_id: string;
  /** 1 if running requests of the object end, too. */
  cut: WholeNumber;
  at: Timestamp;
}

/** Recurring tasks. The replica that updates the row of a task runs it. */
export interface MaintenanceTaskTable {
  name: string;
  /** Time of the database at which a replica last began the task. */
  begun_at: Timestamp;
}

export interface SchemaMigrationTable {
  number: WholeNumber;
  name: string;
  applied_at: Timestamp;
}

/** The tables after all migrations. */
export interface Tables extends LedgerTables {
  governance_object: GovernanceObjectTable;
  key_secret: KeySecretTable;
  key_use: KeyUseTable;
  principal: PrincipalTable;
  principal_identity: PrincipalIdentityTable;
  role_assignment: RoleAssignmentTable;
  audit_entry: AuditEntryTable;
  audit_checkpoint: AuditCheckpointTable;
  governance_state: GovernanceStateTable;
  governance_change: GovernanceChangeTable;
  maintenance_task: MaintenanceTaskTable;
  schema_migration: SchemaMigrationTable;
}
