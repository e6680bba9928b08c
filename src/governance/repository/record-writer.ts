import type { Kysely } from 'kysely';
import { storable } from '../../database/storable-text.ts';
import type { Tables } from '../../database/tables.ts';
import type { EntityKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import { principalSpec } from './record-rows.ts';
import { GovernanceConflictError } from './stored-change.ts';

type RecordKey = Pick<GovernanceRecord, 'kind' | 'id'>;

interface ExistingObject {
  version: number;
  createdAt: string;
}

/** Writes up to some hundred objects. The caller has the lock of changes, so the checks for uniqueness cannot be overtaken. */
export async function writeRecords<Record extends GovernanceRecord>(
  db: Kysely<Tables>,
  records: readonly Record[],
  at: string,
): Promise<Record[]> {
  const written = new Map<string, Record>();
  for (const [kind, group] of Map.groupBy(records, (record) => record.kind)) {
    const existing =
      kind === 'Principal' ? await existingPrincipals(db, group) : await existingObjects(db, kind, group);
    const complete = group.map((record) => {
      const known = existing.get(record.id);
      const times = { createdAt: known?.createdAt ?? at, updatedAt: at };
      return { ...record, ...times, origin: 'database' as const, version: (known?.version ?? 0) + 1 };
    });
    if (kind === 'Principal') await upsertPrincipals(db, complete as unknown as GovernanceRecord<'Principal'>[]);
    else await upsertObjects(db, complete);
    if (kind === 'Key') await writeSecrets(db, complete as unknown as GovernanceRecord<'Key'>[]);
    for (const record of complete) written.set(recordKey(record), record);
  }
  return records.map((record) => written.get(recordKey(record))!);
}

/** Removes up to some hundred objects of a kind with their secrets, identities and roles. */
export async function removeRecords(db: Kysely<Tables>, kind: EntityKind, ids: readonly string[]): Promise<void> {
  if (kind === 'Principal') {
    await db.deleteFrom('principal').where('id', 'in', ids).execute();
    await db.deleteFrom('principal_identity').where('principal_id', 'in', ids).execute();
    await db.deleteFrom('role_assignment').where('principal_id', 'in', ids).execute();
    return;
  }
  await db.deleteFrom('governance_object').where('kind', '=', kind).where('id', 'in', ids).execute();
  if (kind !== 'Key') return;
  await db.deleteFrom('key_secret').where('key_id', 'in', ids).execute();
  await db.deleteFrom('key_use').where('key_id', 'in', ids).execute();
}

async function existingObjects(
  db: Kysely<Tables>,
  kind: EntityKind,
  records: readonly GovernanceRecord[],
): Promise<Map<string, ExistingObject>> {
  const names = new Map(records.map(({ id, name }) => [name, id]));
  // A name that is the id of another object would make each request that contains it ambiguous.
  const texts = [...new Set(records.flatMap(({ id, name }) => [id, name]))];
  const rows = await db
    .selectFrom('governance_object')
    .select(['id', 'name', 'version', 'created_at'])
    .where('kind', '=', kind)
    .where((where) => where.or([where('id', 'in', texts), where('name', 'in', texts)]))
    .execute();
  const ids = new Set(records.map(({ id }) => id));
  const other = rows.find(
    ({ id, name }) => (names.get(name) ?? id) !== id || (names.get(id) ?? id) !== id || (ids.has(name) && name !== id),
  );
  if (other) throw new GovernanceConflictError(kind, 'name', other.id);
  const twice = records.find(({ id, name }) => names.get(name) !== id || (ids.has(name) && name !== id));
  if (twice) throw new GovernanceConflictError(kind, 'name', names.get(twice.name)!);
  return new Map(rows.map(({ id, version, created_at }) => [id, { version: Number(version), createdAt: created_at }]));
}

async function existingPrincipals(
  db: Kysely<Tables>,
  records: readonly GovernanceRecord[],
): Promise<Map<string, ExistingObject>> {
  const ids = records.map(({ id }) => id);
  const rows = await db
    .selectFrom('principal')
    .select(['id', 'version', 'first_seen'])
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, version, first_seen }) => [id, { version: Number(version), createdAt: first_seen }]));
}

async function upsertObjects(db: Kysely<Tables>, records: readonly GovernanceRecord[]): Promise<void> {
  const rows = records.map(({ kind, id, name, document, version, managedBy, createdAt = '', updatedAt = '' }) => ({
    kind,
    id,
    name,
    spec: JSON.stringify(document),
    version,
    managed_by: managedBy === undefined ? null : JSON.stringify(managedBy),
    created_at: createdAt,
    updated_at: updatedAt,
  }));
  await db
    .insertInto('governance_object')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['kind', 'id']).doUpdateSet((row) => ({
        name: row.ref('excluded.name'),
        spec: row.ref('excluded.spec'),
        version: row.ref('excluded.version'),
        managed_by: row.ref('excluded.managed_by'),
        updated_at: row.ref('excluded.updated_at'),
      })),
    )
    .execute();
}

async function upsertPrincipals(db: Kysely<Tables>, records: readonly GovernanceRecord<'Principal'>[]): Promise<void> {
  const rows = records.map(({ id, document, version, createdAt = '', updatedAt = '' }) => ({
    id,
    issuer: storable(document.issuer),
    subject: storable(document.subject),
    spec: principalSpec(document),
    groups: document.groups === undefined ? null : JSON.stringify(document.groups),
    version,
    first_seen: createdAt,
    last_seen: updatedAt,
  }));
  await db
    .insertInto('principal')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet((row) => ({ spec: row.ref('excluded.spec'), version: row.ref('excluded.version') })),
    )
    .execute();
}

async function writeSecrets(db: Kysely<Tables>, records: readonly GovernanceRecord<'Key'>[]): Promise<void> {
  const rows = records.flatMap(({ id, document }) => document.secrets.map(({ hash }) => ({ hash, key_id: id })));
  const owners = new Map(rows.map(({ hash, key_id }) => [hash, key_id]));
  const twice = rows.find(({ hash, key_id }) => owners.get(hash) !== key_id);
  if (twice) throw new GovernanceConflictError('Key', 'hash', owners.get(twice.hash)!);
  const ids = records.map(({ id }) => id);
  await db.deleteFrom('key_secret').where('key_id', 'in', ids).execute();
  if (owners.size === 0) return;
  const other = await db
    .selectFrom('key_secret')
    .selectAll()
    .where('hash', 'in', [...owners.keys()])
    .executeTakeFirst();
  if (other) throw new GovernanceConflictError('Key', 'hash', other.key_id);
  await db
    .insertInto('key_secret')
    .values([...owners].map(([hash, key_id]) => ({ hash, key_id })))
    .execute();
}

function recordKey({ kind, id }: RecordKey): string {
  return `${kind} ${id}`;
}
