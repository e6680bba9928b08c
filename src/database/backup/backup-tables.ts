import type { Tables } from '../tables.ts';

/** Tables of a backup, with the columns that order their rows. Changes are not part of it, because a restore has a new epoch. */
export const BACKUP_TABLES = {
  governance_object: ['kind', 'id'],
  key_secret: ['hash'],
  key_use: ['key_id'],
  principal: ['id'],
  principal_identity: ['principal_id'],
  role_assignment: ['principal_id', 'role', 'team_id'],
  audit_entry: ['sequence'],
  audit_checkpoint: ['sequence'],
  governance_state: ['id'],
} as const satisfies Partial<Record<keyof Tables, readonly string[]>>;

export type BackupTable = keyof typeof BACKUP_TABLES;

/** The first line of a backup. */
export interface BackupHeader {
  format: 'outcrop-backup';
  /** Number of the last migration of the database. */
  schema: number;
  /** ISO 8601, UTC. */
  at: string;
}

/** Each further line of a backup. Whole numbers of 64 bits are texts. */
export interface BackupRow {
  table: BackupTable;
  row: Record<string, string | number | null>;
}
