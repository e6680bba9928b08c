import { type Kysely, sql } from 'kysely';
import type { OpenDatabase } from '../connection/database-connection.ts';
import type { Tables } from '../tables.ts';
import type { ColumnTypes, Migration } from './migration.ts';

/** Milliseconds for all migrations together, and for the wait for those of another replica. */
const MIGRATION_MS = 600_000;
/** Key of the lock of PostgreSQL: "outcrop" as a number. */
export const MIGRATION_LOCK_KEY = 7_307_205_231;

/** A number of the schema belongs to a migration of another program, or of a changed release. */
export class SchemaMismatchError extends Error {
  override readonly name = 'SchemaMismatchError';
}

/** What the database has and what this release has in addition. */
export interface SchemaState {
  /** Number of the last migration in the database; 0 for an empty database. */
  current: number;
  pending: readonly Migration[];
}

type SchemaDatabase = Pick<OpenDatabase, 'db' | 'dialect'>;

/**
 * Compares the schema with `migrations`. A database with further migrations is accepted, because each migration keeps the
 * previous release working. Throws SchemaMismatchError if a number has another name.
 */
export async function readSchemaState(
  database: SchemaDatabase,
  migrations: readonly Migration[],
): Promise<SchemaState> {
  const applied = await appliedMigrations(database);
  const mismatch = migrations.find(({ number, name }) => (applied.get(number) ?? name) !== name);
  if (mismatch) {
    const found = `migration ${mismatch.number} of the database is "${applied.get(mismatch.number)}"`;
    throw new SchemaMismatchError(`${found}, not "${mismatch.name}": the database is not one of this gateway`);
  }
  return {
    current: Math.max(0, ...applied.keys()),
    pending: migrations.filter(({ number }) => !applied.has(number)),
  };
}

/**
 * Applies the migrations that the database does not have yet, in one transaction and under a lock, so that replicas may start
 * at the same time. Returns the applied ones.
 */
export async function migrate(database: OpenDatabase, migrations: readonly Migration[]): Promise<readonly Migration[]> {
  const { db, dialect, limits } = database;
  if ((await readSchemaState(database, migrations)).pending.length === 0) return [];
  const { timeoutMs } = limits;
  limits.timeoutMs = Math.max(timeoutMs, MIGRATION_MS);
  try {
    return await db.transaction().execute(async (transaction) => {
      if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK_KEY})`.execute(transaction);
      await createJournal(transaction, dialect);
      const { pending } = await readSchemaState({ db: transaction, dialect }, migrations);
      for (const migration of pending) await apply(transaction, migration, columnTypes(dialect));
      return pending;
    });
  } finally {
    limits.timeoutMs = timeoutMs;
  }
}

async function apply(transaction: Kysely<Tables>, migration: Migration, types: ColumnTypes): Promise<void> {
  const { name, number } = migration;
  await migration.up(transaction as unknown as Kysely<unknown>, types);
  await transaction
    .insertInto('schema_migration')
    .values({ number, name, applied_at: new Date().toISOString() })
    .execute();
}

async function createJournal(db: Kysely<Tables>, dialect: OpenDatabase['dialect']): Promise<void> {
  const { text } = columnTypes(dialect);
  await db.schema
    .createTable('schema_migration')
    .ifNotExists()
    .addColumn('number', 'integer', (column) => column.primaryKey())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('applied_at', text, (column) => column.notNull())
    .execute();
}

async function appliedMigrations({ db, dialect }: SchemaDatabase): Promise<Map<number, string>> {
  if (!(await hasJournal(db, dialect))) return new Map();
  const rows = await db.selectFrom('schema_migration').select(['number', 'name']).execute();
  return new Map(rows.map(({ number, name }) => [Number(number), name]));
}

async function hasJournal(db: Kysely<Tables>, dialect: OpenDatabase['dialect']): Promise<boolean> {
  const name = 'schema_migration';
  const query =
    dialect === 'postgres'
      ? sql<{ found: string | null }>`select to_regclass(${name})::text as found`
      : sql<{ found: string }>`select name as found from sqlite_master where type = 'table' and name = ${name}`;
  const { rows } = await query.execute(db);
  return (rows[0]?.found ?? null) !== null;
}

function columnTypes(dialect: OpenDatabase['dialect']): ColumnTypes {
  switch (dialect) {
    case 'postgres':
      return { text: sql`text collate "C"`, number: 'bigint', partitionedByDay: sql`partition by range (day)` };
    case 'sqlite':
      return { text: 'text', number: 'integer', strict: sql`strict`, partitionedByDay: sql`strict` };
    default:
      return dialect satisfies never;
  }
}
