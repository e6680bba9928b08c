import { sql, type Transaction } from 'kysely';
import { type DatabaseDialect, databaseTime } from '../../database/clock/database-clock.ts';
import type { Tables } from '../../database/tables.ts';
import { type ExactInteger, exactSum } from '../rollups/exact-sum.ts';
import type { ReportingZone } from '../rollups/reporting-zone.ts';
import { ROLLUP_TABLE } from '../rollups/rollup-table.ts';
import { storableJson } from '../rows/storable-json.ts';
import type { RecordTable } from './record-statements.ts';

/** Rows that count into another month than that of their time. */
export const LEDGER_ADJUSTMENTS: RecordTable = {
  name: 'ledger_adjustment',
  key: ['row_id'],
  text: ['row_id', 'kind', 'month', 'counted_on', 'reason', 'at'],
  numbers: [],
};

type RollupRecord = Record<string, string | number>;

/**
 * Returns the closed ones of some months. Until the end of the transaction, no other month can be closed, so that a sum that
 * was read for a manifest does not change afterwards.
 */
export async function closedMonths(
  transaction: Transaction<Tables>,
  dialect: DatabaseDialect,
  months: readonly string[],
): Promise<ReadonlySet<string>> {
  // A separate statement: the next one must see what was committed while this one waited.
  if (dialect === 'postgres') await sql`lock table ledger_closed_month in row share mode`.execute(transaction);
  const rows = await transaction
    .selectFrom('ledger_closed_month')
    .select('month')
    .where('month', 'in', [...months])
    .execute();
  return new Set(rows.map(({ month }) => month));
}

/** What a batch with rows of closed months adds. Each list of records is JSON. */
export interface OpenMonthRecords {
  /** What the batch adds to the sums of days and months. */
  readonly periods: string;
  /** One adjustment for each late row. */
  readonly adjustments: string;
}

/** What is written of a batch: rows and sums as JSON. */
interface LateBatch {
  readonly rows: string;
  readonly periods: string;
}

/** Moves sums of closed months to the present day. */
export async function inOpenMonth(
  transaction: Transaction<Tables>,
  dialect: DatabaseDialect,
  { batch, closed, zone }: { batch: LateBatch; closed: ReadonlySet<string>; zone: ReportingZone },
): Promise<OpenMonthRecords> {
  const now = await databaseTime(transaction, dialect);
  const today = zone.day(now);
  const rows = JSON.parse(batch.rows) as { id: string; at: number }[];
  const adjustments = rows.flatMap(({ at, id }) => {
    const month = zone.day(at).slice(0, 7);
    if (!closed.has(month)) return [];
    return [{ row_id: id, kind: 'late', month, counted_on: today, at: new Date(now).toISOString() }];
  });
  return { periods: movedSums(batch.periods, closed, today), adjustments: storableJson(adjustments) };
}

function movedSums(periods: string, closed: ReadonlySet<string>, today: string): string {
  const merged = new Map<string, RollupRecord>();
  for (const record of JSON.parse(periods) as RollupRecord[]) {
    const period = String(record['period']);
    const moved = closed.has(period.slice(0, 7)) ? { ...record, period: today.slice(0, period.length) } : record;
    const id = ROLLUP_TABLE.key.map((name) => moved[name]).join('\0');
    const other = merged.get(id);
    merged.set(id, other ? addedRecords(other, moved) : moved);
  }
  return storableJson([...merged.values()]);
}

function addedRecords(one: RollupRecord, other: RollupRecord): RollupRecord {
  const added = { ...one };
  for (const name of ROLLUP_TABLE.measures) {
    const sum = exactSum(exactOf(one[name]!), exactOf(other[name]!));
    added[name] = typeof sum === 'bigint' ? String(sum) : sum;
  }
  return added;
}

function exactOf(value: string | number): ExactInteger {
  return typeof value === 'string' ? BigInt(value) : value;
}
