import type { Kysely } from 'kysely';
import { storable } from '../../database/storable-text.ts';
import type { Tables } from '../../database/tables.ts';
import {
  type AuditEntry,
  type AuditValue,
  auditJson,
  type ChainedEntry,
  createSalt,
  hashOfEntry,
  personalHash,
} from './audit-chain.ts';
import { MAX_ROWS, slicesOf } from './record-rows.ts';

/** The last entry of the chain; sequence 0 and an empty hash for an empty one. */
export interface AuditHead {
  sequence: number;
  hash: string;
}

/** Writes entries after the head. The caller has the lock of changes. Returns the new head. */
export async function appendToAudit(
  db: Kysely<Tables>,
  head: AuditHead,
  entries: readonly AuditEntry[],
  at: string,
): Promise<AuditHead> {
  let last = head;
  for (const slice of slicesOf(entries, MAX_ROWS)) {
    const rows: ChainedEntry[] = [];
    for (const entry of slice) {
      const row = await chained(db, last, entry, at);
      rows.push(row);
      last = { sequence: row.sequence, hash: row.hash };
    }
    await db.insertInto('audit_entry').values(rows.map(toRow)).execute();
  }
  return last;
}

async function chained(db: Kysely<Tables>, last: AuditHead, entry: AuditEntry, at: string): Promise<ChainedEntry> {
  const { actor, action, objectKind, objectId, before, after, details, personal } = entry;
  const hashed = personal && (await hashedValues(db, personal));
  const allDetails =
    hashed === undefined ? details : { ...(details === undefined ? {} : { details }), personal: hashed };
  const row = {
    sequence: last.sequence + 1,
    previousHash: last.hash,
    hash: '',
    at,
    actor: auditJson({ ...actor }),
    action: storable(action),
    objectKind: objectKind ?? null,
    objectId: objectId === undefined ? null : storable(objectId),
    before: auditTextOf(before),
    after: auditTextOf(after),
    details: auditTextOf(allDetails),
  };
  return { ...row, hash: hashOfEntry(row) };
}

async function hashedValues(
  db: Kysely<Tables>,
  { principalId, values }: NonNullable<AuditEntry['personal']>,
): Promise<AuditValue> {
  const id = storable(principalId);
  await db
    .insertInto('principal_identity')
    .values({ principal_id: id, email: null, name: null, salt: createSalt() })
    .onConflict((conflict) => conflict.column('principal_id').doNothing())
    .execute();
  const query = db.selectFrom('principal_identity').select('salt').where('principal_id', '=', id);
  const { salt } = await query.executeTakeFirstOrThrow();
  const hashes = Object.entries(values).map(([name, value]) => [name, personalHash(salt, value)] as const);
  return { principal: id, values: Object.fromEntries(hashes) };
}

function auditTextOf(value: AuditValue | undefined): string | null {
  return value === undefined ? null : auditJson(value);
}

function toRow(entry: ChainedEntry): Omit<ChainedEntry, 'previousHash' | 'objectKind' | 'objectId'> & {
  previous_hash: string;
  object_kind: string | null;
  object_id: string | null;
} {
  const { previousHash, objectKind, objectId, ...same } = entry;
  return { ...same, previous_hash: previousHash, object_kind: objectKind, object_id: objectId };
}
