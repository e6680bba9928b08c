import type { Selectable } from 'kysely';
import type { GovernanceObjectTable, PrincipalTable } from '../../database/tables.ts';
import type { EntityKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord, ManagedBy } from '../documents/governance-record.ts';
import type { PrincipalDocument } from '../documents/principal-document.ts';

/** Kinds in the table of objects. Principals have their own, because the gateway creates them without an administrator. */
export const OBJECT_KINDS = [
  'Team',
  'Application',
  'Key',
  'Budget',
  'Override',
  'CatalogEntry',
] as const satisfies EntityKind[];

/** Rows of one statement. SQLite allows 32,766 values, PostgreSQL 65,535. */
export const MAX_ROWS = 500;

/** Converts a row of the table of objects. */
export function recordOfObject(row: Selectable<GovernanceObjectTable>): GovernanceRecord {
  const { kind, id, name, spec, version, managed_by, created_at, updated_at } = row;
  return {
    kind,
    id,
    name,
    document: JSON.parse(spec) as unknown,
    origin: 'database',
    version: Number(version),
    ...(managed_by === null ? {} : { managedBy: JSON.parse(managed_by) as ManagedBy }),
    createdAt: created_at,
    updatedAt: updated_at,
  } as GovernanceRecord;
}

/** Converts a row of the table of principals. */
export function recordOfPrincipal(row: Selectable<PrincipalTable>): GovernanceRecord<'Principal'> {
  const { id, issuer, subject, spec, groups, version, first_seen, last_seen } = row;
  const settings = JSON.parse(spec) as Partial<PrincipalDocument>;
  const list = groups === null ? {} : { groups: JSON.parse(groups) as string[] };
  return {
    kind: 'Principal',
    id,
    name: id,
    document: { state: 'active', ...settings, ...list, id, issuer, subject },
    origin: 'database',
    version: Number(version),
    createdAt: first_seen,
    updatedAt: last_seen,
  };
}

/** Returns what a principal's row keeps as its spec: the document without the columns of the row. */
export function principalSpec(document: PrincipalDocument): string {
  const { id: _id, issuer: _issuer, subject: _subject, groups: _groups, ...settings } = document;
  return JSON.stringify(settings);
}

/** Returns the parts of a list with up to `size` entries each. */
export function slicesOf<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_slice, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
