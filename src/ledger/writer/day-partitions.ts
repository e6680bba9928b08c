import { type Kysely, sql } from 'kysely';
import type { DatabaseService } from '../../database/database.service.ts';
import type { Tables } from '../../database/tables.ts';
import { dayAfter } from '../time/utc-time.ts';

/** Key of the lock of PostgreSQL under which replicas create and remove partitions. */
const PARTITION_LOCK_KEY = 7_307_205_232;
export const PARTITIONED_TABLES = ['ledger_row', 'ledger_line'] as const;

/** Partitions of PostgreSQL, one for each day. SQLite has none. */
export class DayPartitions {
  private readonly known = new Set<string>();

  constructor(private readonly database: DatabaseService) {}

  /** Creates the partitions of days, YYYY-MM-DD, that do not exist. */
  async ensure(days: readonly string[]): Promise<void> {
    const missing = days.filter((day) => !this.known.has(day)).sort();
    if (missing.length === 0) return;
    await this.database.transaction(async (transaction) => {
      if (this.database.dialect !== 'postgres') return;
      await sql`select pg_advisory_xact_lock(${PARTITION_LOCK_KEY})`.execute(transaction);
      for (const table of PARTITIONED_TABLES) {
        for (const day of missing) await createPartition(transaction, table, day);
      }
    });
    for (const day of missing) this.known.add(day);
  }

  /** Forgets all partitions after an error that means that one was removed. */
  forget(error: unknown): void {
    if (isMissingPartition(error)) this.known.clear();
  }
}

/** Returns true for the error of PostgreSQL for a row without a partition. */
export function isMissingPartition(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: string };
  return code === '23514' && (message ?? '').startsWith('no partition of relation');
}

/** Removes a partition with all its rows. Waits at most as long as `lock_timeout` of the transaction. */
export async function dropPartition(db: Kysely<Tables>, table: string, day: string): Promise<void> {
  await sql`drop table if exists ${sql.table(partitionName(table, day))}`.execute(db);
}

/** Returns the days that have a partition, oldest first. */
export async function partitionDays(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ day: string }>`
    select distinct right(child.relname, 8) as day
    from pg_inherits join pg_class child on child.oid = inhrelid
    where inhparent in ('ledger_row'::regclass, 'ledger_line'::regclass)
    order by 1`.execute(db);
  return rows.map(({ day }) => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`);
}

/** Creates a table and attaches it: this takes a weaker lock than a table that is created as a partition. */
async function createPartition(db: Kysely<Tables>, table: string, day: string): Promise<void> {
  const name = partitionName(table, day);
  const found = await sql<{ name: string | null }>`select to_regclass(${name})::text as name`.execute(db);
  if ((found.rows[0]?.name ?? null) !== null) return;
  const next = dayAfter(day, 1);
  const partition = sql.table(name);
  await sql`create table ${partition} (like ${sql.table(table)} including all)`.execute(db);
  const bounds = sql`from (${sql.lit(day)}) to (${sql.lit(next)})`;
  await sql`alter table ${sql.table(table)} attach partition ${partition} for values ${bounds}`.execute(db);
}

function partitionName(table: string, day: string): string {
  return `${table}_${day.replaceAll('-', '')}`;
}
