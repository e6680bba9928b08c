import type { Kysely } from 'kysely';
import type { OpenDatabase } from '../connection/database-connection.ts';
import type { Tables } from '../tables.ts';

export type DatabaseDialect = OpenDatabase['dialect'];

/**
 * Reads the time of the database in epoch milliseconds. Retention uses it, because the wrong clock of one replica must not
 * remove entries of the audit.
 */
export async function databaseTime(db: Kysely<Tables>, dialect: DatabaseDialect): Promise<number> {
  // A gateway without a database does not load the package.
  const { sql } = await import('kysely');
  const seconds =
    dialect === 'postgres'
      ? sql<{ now: string }>`select extract(epoch from clock_timestamp())::text as now`
      : sql<{ now: string }>`select cast((julianday('now') - 2440587.5) * 86400.0 as text) as now`;
  const { rows } = await seconds.execute(db);
  return Math.round(Number(rows[0]!.now) * 1_000);
}
