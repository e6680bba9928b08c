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

/**
 * Returns true if no replica has begun the task within the period, and records that this one does. A time that is more than
 * a period ahead comes from a clock that was wrong, and counts as none. A time that is slightly ahead is that of a replica
 * that read the clock later and wrote first.
 */
export async function claimTask(
  db: Kysely<Tables>,
  dialect: DatabaseDialect,
  name: string,
  periodMs: number,
): Promise<boolean> {
  const now = await databaseTime(db, dialect);
  const begunAt = new Date(now).toISOString();
  const due = new Date(now - periodMs).toISOString();
  const wrong = new Date(now + periodMs).toISOString();
  const rows = await db
    .insertInto('maintenance_task')
    .values({ name, begun_at: begunAt })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ begun_at: begunAt })
        .where((row) =>
          row.or([row('maintenance_task.begun_at', '<=', due), row('maintenance_task.begun_at', '>', wrong)]),
        ),
    )
    .returning('name')
    .execute();
  return rows.length > 0;
}
