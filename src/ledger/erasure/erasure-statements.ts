import { type Kysely, sql } from 'kysely';
import type { DatabaseDialect } from '../../database/clock/database-clock.ts';
import type { Tables } from '../../database/tables.ts';
import { utcDay } from '../time/utc-time.ts';
import { uuidBound } from '../time/uuid-v7.ts';
import { ROLLUP_TABLE } from '../rollups/rollup-table.ts';
import type { LedgerRecord } from '../rows/row-records.ts';
import { storableJson } from '../rows/storable-json.ts';
import { insertRecords } from '../writer/record-statements.ts';

/** Stands for all erased principals in rows and sums. Ids of principals begin with `p_`. */
export const ERASED_PRINCIPAL = 'erased';

/** Rows of requests that one transaction changes. */
const ERASED_ROWS = 1_000;
/** Sums that one transaction changes. */
const ERASED_SUMS = 200;
/** Rows in quarantine that one transaction changes. */
const ERASED_QUARANTINE = 100;
const PRINCIPAL_DIMENSIONS = ['principal', 'principal_month'] as const;

/** Returns true if rows or sums contain a principal. */
export async function isInLedger(db: Kysely<Tables>, id: string): Promise<boolean> {
  const { rows } = await sql<{ found: string }>`
    select 'row' as found where exists (select 1 from ledger_row where principal_id = ${id})
      or exists (select 1 from ledger_rollup where dimension in (${sql.join(PRINCIPAL_DIMENSIONS)}) and member = ${id})`.execute(
    db,
  );
  return rows.length > 0;
}

/** Returns true if a principal has requests after a time. */
export async function hasRowsAfter(db: Kysely<Tables>, id: string, at: number): Promise<boolean> {
  const row = await db
    .selectFrom('ledger_row')
    .select('id')
    .where('principal_id', '=', id)
    .where('day', '>=', utcDay(at))
    .where('id', '>=', uuidBound(at))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Erases a principal from rows that arrived before a time, all of one day. Returns their number. */
export async function eraseFromRows(db: Kysely<Tables>, id: string, before: number): Promise<number> {
  const ofPrincipal = db
    .selectFrom('ledger_row')
    .where('principal_id', '=', id)
    .where('day', '<=', utcDay(before))
    .where('id', '<', uuidBound(before));
  const oldest = await ofPrincipal.select('day').orderBy('day').limit(1).executeTakeFirst();
  if (oldest === undefined) return 0;
  const { day } = oldest;
  const ids = await ofPrincipal.select('id').where('day', '=', day).orderBy('id').limit(ERASED_ROWS).execute();
  const { numUpdatedRows } = await db
    .updateTable('ledger_row')
    .set({ principal_id: ERASED_PRINCIPAL })
    .where('day', '=', day)
    .where('principal_id', '=', id)
    .where(
      'id',
      'in',
      ids.map((row) => row.id),
    )
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/**
 * Moves sums of a principal to those of the erased ones. `beforeDay` excludes the sums of this day, of its month, and later ones.
 * Returns their number.
 */
export async function eraseFromSums(
  db: Kysely<Tables>,
  dialect: DatabaseDialect,
  id: string,
  beforeDay?: string,
): Promise<number> {
  for (const dimension of PRINCIPAL_DIMENSIONS) {
    const end = dimension === 'principal_month' ? beforeDay?.slice(0, 7) : beforeDay;
    const condition = sql`dimension = ${dimension} and member = ${id} ${end === undefined ? sql`` : sql`and period < ${end}`}`;
    const rowId = sql.raw(dialect === 'postgres' ? 'ctid' : 'rowid');
    // A sum that another replica increases at the same time is not removed, or removed with the increase.
    const { rows } = await sql<Record<string, string | bigint | number>>`
      delete from ledger_rollup where ${condition} and ${rowId} in
        (select ${rowId} from ledger_rollup where ${condition} order by period limit ${ERASED_SUMS})
      returning *`.execute(db);
    if (rows.length === 0) continue;
    const records = rows.map((row) => erasedRecord({ ...row, member: ERASED_PRINCIPAL }));
    const { key, measures, name } = ROLLUP_TABLE;
    const table = { name, key, text: key, numbers: measures, sums: measures };
    await db.executeQuery(insertRecords(dialect, table, storableJson(records)));
    return rows.length;
  }
  return 0;
}

/** Erases a principal from the content of rows in quarantine. Returns their number. */
export async function eraseFromQuarantine(db: Kysely<Tables>, dialect: DatabaseDialect, id: string): Promise<number> {
  const [from, to] = [`"principal":${JSON.stringify(id)}`, `"principal":"${ERASED_PRINCIPAL}"`];
  const position = sql.raw(dialect === 'postgres' ? 'strpos' : 'instr');
  const { numAffectedRows } = await sql`
    update ledger_quarantine set content = replace(content, ${from}, ${to}) where id in
      (select id from ledger_quarantine where ${position}(content, ${from}) > 0 order by id limit ${ERASED_QUARANTINE})`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0n);
}

function erasedRecord(row: Readonly<Record<string, string | bigint | number>>): LedgerRecord {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
  );
}
