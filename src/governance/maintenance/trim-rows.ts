import type { Transaction } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import type { AuditHead } from '../repository/audit-writer.ts';
import { type DatabaseDialect, databaseTime } from '../../database/clock/database-clock.ts';
import { lockState } from '../repository/lock-state.ts';

/** Rows that one transaction removes, so that it holds the lock of changes only briefly. */
const TRIMMED_ROWS = 2_000;
const RETENTION_DAY_MS = 86_400_000;

/** What a transaction removed of the audit: all entries up to the checkpoint. */
export interface AuditTrim {
  checkpoint: AuditHead;
  removed: number;
  /** False if older entries may remain. */
  isComplete: boolean;
}

/** Removes the oldest rows of changes. Returns false if older rows may remain. */
export async function trimOldChanges(
  transaction: Transaction<Tables>,
  dialect: DatabaseDialect,
  days: number,
): Promise<boolean> {
  await lockState(transaction);
  const limit = await timeBefore(transaction, dialect, days);
  const rows = await transaction
    .selectFrom('governance_change')
    .select(['revision', 'at'])
    .orderBy('revision')
    .orderBy('position')
    .limit(TRIMMED_ROWS)
    .execute();
  const old = rowsBefore(rows, limit);
  if (old.length === 0) return true;
  const trimmed = Number(old.at(-1)!.revision);
  await transaction.deleteFrom('governance_change').where('revision', '<=', trimmed).execute();
  await transaction.updateTable('governance_state').set({ trimmed_revision: trimmed }).where('id', '=', 1).execute();
  return old.length < TRIMMED_ROWS;
}

/** Removes the oldest entries of the audit. Returns undefined if none is older than `days`. */
export async function trimOldAudit(
  transaction: Transaction<Tables>,
  dialect: DatabaseDialect,
  days: number,
): Promise<AuditTrim | undefined> {
  await lockState(transaction);
  const limit = await timeBefore(transaction, dialect, days);
  const rows = await transaction
    .selectFrom('audit_entry')
    .select(['sequence', 'hash', 'at'])
    .orderBy('sequence')
    .limit(TRIMMED_ROWS)
    .execute();
  const old = rowsBefore(rows, limit);
  const last = old.at(-1);
  if (last === undefined) return undefined;
  const checkpoint = { sequence: Number(last.sequence), hash: last.hash };
  await transaction.deleteFrom('audit_entry').where('sequence', '<=', checkpoint.sequence).execute();
  await transaction.deleteFrom('audit_checkpoint').execute();
  await transaction
    .insertInto('audit_checkpoint')
    .values({ ...checkpoint, at: new Date().toISOString() })
    .execute();
  return { checkpoint, removed: old.length, isComplete: old.length < TRIMMED_ROWS };
}

async function timeBefore(transaction: Transaction<Tables>, dialect: DatabaseDialect, days: number): Promise<string> {
  return new Date((await databaseTime(transaction, dialect)) - days * RETENTION_DAY_MS).toISOString();
}

/** Returns the rows before the first one that is not older. A row with a wrong time in the future keeps all after it. */
function rowsBefore<Row extends { at: string }>(rows: readonly Row[], limit: string): readonly Row[] {
  const first = rows.findIndex(({ at }) => at >= limit);
  return first === -1 ? rows : rows.slice(0, first);
}
