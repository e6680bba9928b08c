import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { sql, type Transaction } from 'kysely';
import type { OpenDatabase } from '../connection/database-connection.ts';
import { migrate, readSchemaState } from '../migrations/migration-runner.ts';
import { MIGRATIONS } from '../migrations/migrations.ts';
import type { Tables } from '../tables.ts';
import { BACKUP_TABLES, type BackupHeader, type BackupRow, type BackupTable } from './backup-tables.ts';

const RESTORE_SLICE = 200;
const RESTORE_MS = 600_000;

/** A key that the backup allows and the replaced content did not. */
export interface RevivedKey {
  id: string;
  name: string;
  /** Its state before the restore. */
  state: 'disabled' | 'revoked' | 'removed';
}

export interface RestoreResult {
  header: BackupHeader;
  epoch: string;
  /** Last entry of the audit that the restore has replaced; sequence 0 and an empty hash for an empty one. */
  replacedAudit: { sequence: number; hash: string };
  /** Keys that were revoked, disabled or removed since the backup, and that the restore makes valid again. */
  revived: RevivedKey[];
}

/** Completes a restore in its transaction, e.g. with an entry of the audit. */
export type RestoreCompletion = (transaction: Transaction<Tables>, result: RestoreResult) => Promise<void>;

/**
 * Replaces the content of a database by a backup, all or nothing, and gives it a new epoch, so that all replicas read
 * everything. Throws for a file that is no backup, or that a later release wrote.
 */
export async function restoreBackup(
  database: OpenDatabase,
  path: string,
  complete: RestoreCompletion,
): Promise<RestoreResult> {
  await migrate(database, MIGRATIONS);
  const { current } = await readSchemaState(database, MIGRATIONS);
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })[Symbol.asyncIterator]();
  const header = headerOf((await lines.next()).value, current);
  const { limits } = database;
  const { timeoutMs } = limits;
  limits.timeoutMs = Math.max(timeoutMs, RESTORE_MS);
  try {
    return await database.db.transaction().execute(async (transaction) => {
      const before = await keyStates(transaction);
      const replaced = await lockReplaced(transaction);
      for (const table of [...(Object.keys(BACKUP_TABLES) as BackupTable[]), 'governance_change' as const]) {
        await sql`delete from ${sql.table(table)}`.execute(transaction);
      }
      await insertRows(transaction, { [Symbol.asyncIterator]: () => lines });
      const epoch = await startEpoch(transaction, replaced.revision);
      const revived = revivedKeys(before, await keyStates(transaction));
      const result = { header, epoch, replacedAudit: replaced.audit, revived };
      await complete(transaction, result);
      return result;
    });
  } finally {
    limits.timeoutMs = timeoutMs;
  }
}

function headerOf(line: string | undefined, current: number): BackupHeader {
  const header = parsedLine(line) as Partial<BackupHeader> | undefined;
  if (header?.format !== 'outcrop-backup' || typeof header.schema !== 'number')
    throw new Error('The file is not a backup.');
  if (header.schema > current) {
    throw new Error(
      `The backup has schema ${header.schema}, and this release has ${current}. Use the release that wrote it.`,
    );
  }
  return header as BackupHeader;
}

function parsedLine(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '') as unknown;
  } catch {
    return undefined;
  }
}

async function insertRows(transaction: Transaction<Tables>, lines: AsyncIterable<string>): Promise<void> {
  let table: BackupTable | undefined;
  let rows: BackupRow['row'][] = [];
  const flush = async (): Promise<void> => {
    if (table !== undefined && rows.length > 0) {
      await (transaction as unknown as Transaction<Record<BackupTable, BackupRow['row']>>)
        .insertInto(table)
        .values(rows)
        .execute();
    }
    rows = [];
  };
  for await (const line of lines) {
    const next = parsedLine(line) as BackupRow | undefined;
    if (next === undefined || !Object.hasOwn(BACKUP_TABLES, next.table)) throw new Error('The backup is damaged.');
    if (next.table !== table || rows.length === RESTORE_SLICE) await flush();
    table = next.table;
    rows.push(next.row);
  }
  await flush();
}

interface ReplacedState {
  revision: number;
  audit: RestoreResult['replacedAudit'];
}

async function lockReplaced(transaction: Transaction<Tables>): Promise<ReplacedState> {
  const row = await transaction
    .updateTable('governance_state')
    .set((state) => ({ epoch: state.ref('epoch') }))
    .returning(['revision', 'audit_sequence', 'audit_hash'])
    .executeTakeFirstOrThrow();
  return { revision: Number(row.revision), audit: { sequence: Number(row.audit_sequence), hash: row.audit_hash } };
}

async function startEpoch(transaction: Transaction<Tables>, replacedRevision: number): Promise<string> {
  const state = await transaction.selectFrom('governance_state').select('revision').executeTakeFirst();
  if (!state) throw new Error('The backup is not complete: it has no state.');
  const revision = Math.max(Number(state.revision), replacedRevision) + 1;
  const epoch = randomUUID();
  await transaction.updateTable('governance_state').set({ epoch, revision, trimmed_revision: revision }).execute();
  return epoch;
}

interface KeyState {
  name: string;
  state: string;
}

async function keyStates(transaction: Transaction<Tables>): Promise<Map<string, KeyState>> {
  const rows = await transaction
    .selectFrom('governance_object')
    .select(['id', 'name', 'spec'])
    .where('kind', '=', 'Key')
    .execute();
  return new Map(
    rows.map(({ id, name, spec }) => [id, { name, state: (JSON.parse(spec) as { state?: string }).state ?? 'active' }]),
  );
}

/** Finds keys that only the restore makes active. An empty database before it means that no key was removed. */
function revivedKeys(before: ReadonlyMap<string, KeyState>, after: ReadonlyMap<string, KeyState>): RevivedKey[] {
  if (before.size === 0) return [];
  return [...after].flatMap(([id, { name, state }]) => {
    const former = before.get(id)?.state ?? 'removed';
    return state === 'active' && former !== 'active' ? [{ id, name, state: former as RevivedKey['state'] }] : [];
  });
}
