import type { Transaction } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { ENTITY_KINDS, type EntityKind } from '../documents/entity-kind.ts';
import { readRecords } from './record-reader.ts';
import { MAX_ROWS, slicesOf } from './record-rows.ts';
import type { ChangesSince, GovernanceState, StoredChange } from './stored-change.ts';

/** Changes above which reading everything is cheaper. */
const MAX_CHANGES = 50_000;
/** Reads the changes after `known`, in a transaction that sees one state. */
export async function readChanges(transaction: Transaction<Tables>, known: GovernanceState): Promise<ChangesSince> {
  const row = await transaction
    .selectFrom('governance_state')
    .selectAll()
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  const state = { epoch: row.epoch, revision: Number(row.revision) };
  const isKnown = state.epoch === known.epoch && known.revision <= state.revision;
  if (!isKnown || known.revision < Number(row.trimmed_revision)) return { kind: 'reload', state };
  if (known.revision === state.revision) return { kind: 'changes', state, changes: [] };
  const rows = await transaction
    .selectFrom('governance_change')
    .select(['kind', 'object_id', 'cut'])
    .where('revision', '>', known.revision)
    .orderBy('revision')
    .orderBy('position')
    .limit(MAX_CHANGES + 1)
    .execute();
  if (rows.length > MAX_CHANGES) return { kind: 'reload', state };
  const changes = new Map<string, StoredChange>();
  for (const { kind, object_id, cut } of rows) {
    // A kind of a later release, which this one does not know.
    if (!isEntityKind(kind)) continue;
    const key = `${kind} ${object_id}`;
    const wasCut = changes.get(key)?.cut ?? false;
    changes.set(key, { kind, id: object_id, cut: wasCut || Number(cut) === 1 });
  }
  return { kind: 'changes', state, changes: await withRecords(transaction, [...changes.values()]) };
}

async function withRecords(
  transaction: Transaction<Tables>,
  changes: readonly StoredChange[],
): Promise<StoredChange[]> {
  const complete: StoredChange[] = [];
  for (const [kind, group] of Map.groupBy(changes, (change) => change.kind)) {
    for (const slice of slicesOf(group, MAX_ROWS)) {
      const ids = slice.map(({ id }) => id);
      const records = new Map((await readRecords(transaction, kind, ids)).map((record) => [record.id, record]));
      complete.push(...slice.map((change) => ({ ...change, record: records.get(change.id) })));
    }
  }
  return complete;
}

function isEntityKind(kind: string): kind is EntityKind {
  return (ENTITY_KINDS as readonly string[]).includes(kind);
}
