import type { Kysely } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import type { EntityKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import { recordOfObject, recordOfPrincipal } from './record-rows.ts';

/** Reads an object by id or by name. The id takes precedence. */
export async function findRecord<Kind extends EntityKind>(
  db: Kysely<Tables>,
  kind: Kind,
  nameOrId: string,
): Promise<GovernanceRecord<Kind> | undefined> {
  // PostgreSQL refuses NUL, and no name contains it.
  if (nameOrId.includes('\0')) return undefined;
  const found = kind === 'Principal' ? await findPrincipal(db, nameOrId) : await findObject(db, kind, nameOrId);
  return found as GovernanceRecord<Kind> | undefined;
}

/** Reads objects by their ids, in any order. `ids` has at most some hundred entries. */
export async function readRecords(
  db: Kysely<Tables>,
  kind: EntityKind,
  ids: readonly string[],
): Promise<GovernanceRecord[]> {
  if (kind === 'Principal') {
    const rows = await db.selectFrom('principal').selectAll().where('id', 'in', ids).execute();
    return rows.map(recordOfPrincipal);
  }
  const rows = await db
    .selectFrom('governance_object')
    .selectAll()
    .where('kind', '=', kind)
    .where('id', 'in', ids)
    .execute();
  return rows.map(recordOfObject);
}

/**
 * Reads objects whose documents contain a name in quotation marks, and possibly others with a similar text: `_` is a wildcard.
 * Reads each document of the table.
 */
export async function readMentioning(db: Kysely<Tables>, text: string, limit: number): Promise<GovernanceRecord[]> {
  const rows = await db
    .selectFrom('governance_object')
    .selectAll()
    .where('spec', 'like', `%${JSON.stringify(text)}%`)
    .limit(limit)
    .execute();
  return rows.map(recordOfObject);
}

/** Where a page of objects begins and ends. */
export interface RecordPage {
  /** Id of the last object of the previous page. */
  after: string;
  limit: number;
}

/** Reads pages of objects within one transaction. */
export type PageReader = (kind: EntityKind, page: RecordPage) => Promise<GovernanceRecord[]>;

/** Reads a page of the objects of a kind in the order of their ids. */
export async function readObjects(
  db: Kysely<Tables>,
  kind: EntityKind,
  { after, limit }: RecordPage,
): Promise<GovernanceRecord[]> {
  const rows = await db
    .selectFrom('governance_object')
    .selectAll()
    .where('kind', '=', kind)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(recordOfObject);
}

/** Reads a page of principals in the order of their ids. `minVersion` 1 selects those that an administrator has changed. */
export async function readPrincipals(
  db: Kysely<Tables>,
  { after, limit }: RecordPage,
  minVersion: 0 | 1,
): Promise<GovernanceRecord<'Principal'>[]> {
  const rows = await db
    .selectFrom('principal')
    .selectAll()
    .where('id', '>', after)
    .where('version', '>=', minVersion)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(recordOfPrincipal);
}

async function findPrincipal(db: Kysely<Tables>, id: string): Promise<GovernanceRecord | undefined> {
  const row = await db.selectFrom('principal').selectAll().where('id', '=', id).executeTakeFirst();
  return row && recordOfPrincipal(row);
}

async function findObject(
  db: Kysely<Tables>,
  kind: EntityKind,
  nameOrId: string,
): Promise<GovernanceRecord | undefined> {
  const rows = await db
    .selectFrom('governance_object')
    .selectAll()
    .where('kind', '=', kind)
    .where((where) => where.or([where('id', '=', nameOrId), where('name', '=', nameOrId)]))
    .execute();
  const row = rows.find(({ id }) => id === nameOrId) ?? rows[0];
  return row && recordOfObject(row);
}
