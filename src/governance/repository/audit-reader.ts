import type { Kysely, Selectable } from 'kysely';
import type { AuditEntryTable, Tables } from '../../database/tables.ts';
import { type ChainedEntry, hashOfEntry } from './audit-chain.ts';
import type { AuditHead } from './audit-writer.ts';

/** Entries that are read at a time, so that the event loop has pauses. */
const VERIFIED_SLICE = 200;

/** What a page of the audit contains. */
export interface AuditQuery {
  /** Sequence of the last entry of the previous page. */
  after?: number;
  limit: number;
  objectKind?: string;
  objectId?: string;
}

/** Whether the audit is complete and unchanged since its checkpoint. */
export type AuditVerdict =
  | { valid: true; entries: number; checkpoint: AuditHead; head: AuditHead }
  | { valid: false; sequence: number; problem: string };

/** Runs statements that need no transaction. */
export type RunQuery = <T>(run: (db: Kysely<Tables>) => Promise<T>) => Promise<T>;

/** Reads a page of the audit, the oldest entry first. */
export async function readAudit(db: Kysely<Tables>, query: AuditQuery): Promise<ChainedEntry[]> {
  const { after = 0, limit, objectId, objectKind } = query;
  if (`${objectKind}${objectId}`.includes('\0')) return [];
  let statement = db
    .selectFrom('audit_entry')
    .selectAll()
    .where('sequence', '>', after)
    .orderBy('sequence')
    .limit(limit);
  if (objectKind !== undefined) statement = statement.where('object_kind', '=', objectKind);
  if (objectId !== undefined) statement = statement.where('object_id', '=', objectId);
  return (await statement.execute()).map(entryOf);
}

/** Reads the last entry of the chain. */
export async function readAuditHead(db: Kysely<Tables>): Promise<AuditHead> {
  const row = await db
    .selectFrom('governance_state')
    .select(['audit_sequence', 'audit_hash'])
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  return { sequence: Number(row.audit_sequence), hash: row.audit_hash };
}

/** Checks each entry from the checkpoint to the head. Entries that are added meanwhile are not part of the check. */
export async function verifyAudit(query: RunQuery): Promise<AuditVerdict> {
  const head = await query(readAuditHead);
  const checkpoint = await query(readCheckpoint);
  let last = checkpoint;
  while (last.sequence < head.sequence) {
    const after = last.sequence;
    const limit = Math.min(VERIFIED_SLICE, head.sequence - after);
    const slice = await query((db) => readAudit(db, { after, limit }));
    if (slice.length === 0) break;
    for (const entry of slice) {
      const problem = chainProblemOf(entry, last);
      if (problem !== undefined) return { valid: false, sequence: last.sequence + 1, problem };
      last = { sequence: entry.sequence, hash: entry.hash };
    }
  }
  if (last.sequence !== head.sequence) {
    return { valid: false, sequence: last.sequence + 1, problem: 'The last entries are missing.' };
  }
  if (last.hash !== head.hash) {
    return { valid: false, sequence: last.sequence, problem: 'The last entry is not the one that was written last.' };
  }
  return { valid: true, entries: head.sequence - checkpoint.sequence, checkpoint, head };
}

/** Returns what is wrong with an entry that follows `last`. */
function chainProblemOf(entry: ChainedEntry, last: AuditHead): string | undefined {
  if (entry.sequence !== last.sequence + 1) return 'The entry is missing.';
  if (entry.previousHash !== last.hash) return 'The entry does not follow the previous one.';
  if (entry.hash !== hashOfEntry(entry)) return 'The entry was changed.';
  return undefined;
}

async function readCheckpoint(db: Kysely<Tables>): Promise<AuditHead> {
  const row = await db.selectFrom('audit_checkpoint').selectAll().orderBy('sequence', 'desc').executeTakeFirst();
  return row ? { sequence: Number(row.sequence), hash: row.hash } : { sequence: 0, hash: '' };
}

function entryOf(row: Selectable<AuditEntryTable>): ChainedEntry {
  const { sequence, previous_hash, object_kind, object_id, ...same } = row;
  return {
    ...same,
    sequence: Number(sequence),
    previousHash: previous_hash,
    objectKind: object_kind,
    objectId: object_id,
  };
}
