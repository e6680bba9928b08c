import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import type { ReportingZone } from '../rollups/reporting-zone.ts';
import { quarterHourOf } from '../rollups/reporting-zone.ts';
import { QUARTER_HOUR_TABLE, ROLLUP_TABLE } from '../rollups/rollup-table.ts';
import { type DayRange, dayAfter, zoneDayStart } from './reporting-calendar.ts';
import type { UsageInterval } from './usage-query.ts';
import type { UsageSource } from './usage-source.ts';

/** Sums by column. Money is nano-USD. */
export type UsageSums = Readonly<Record<string, bigint>>;

/** Sums of one group. */
export interface GroupSums {
  /** Id of the member. Empty for requests without one. */
  readonly member: string;
  readonly sums: UsageSums;
}

/** The groups with the highest cost, and the sum of all. */
export interface TopGroups {
  readonly groups: readonly GroupSums[];
  /** Number of all groups. */
  readonly count: number;
  readonly totals: UsageSums;
}

/** Sums of an interval, of one group or of all. */
export interface IntervalSums {
  readonly start: string;
  readonly member: string;
  readonly sums: UsageSums;
}

type SumRow = Record<string, string | bigint | number | null>;

/** Where a statement reads: source, days and zone. */
export interface UsageSelection {
  readonly source: UsageSource;
  readonly range: DayRange;
  readonly zone: ReportingZone;
}

/** Reads the groups with the highest contract cost and the sum of all groups, in one statement. */
export async function readTopGroups(db: Kysely<Tables>, selection: UsageSelection, limit: number): Promise<TopGroups> {
  const columns = measuresOf(selection.source);
  const member = selection.source.group === undefined ? sql`''` : sql.ref(selection.source.group);
  const names = sql.raw(columns.join(', '));
  const total = sql.raw(columns.map((name) => `sum(${name})`).join(', '));
  const statement = sql<SumRow>`
    with sums as materialized (
      select ${member} as member, ${summedColumns(columns)} from ${sumTable(selection)}
      where ${selectedRows(selection)} group by 1
    ), top as (
      select member, ${names} from sums order by contract_cost desc, list_cost desc, member limit ${limit}
    )
    select 1 as position, 0 as groups, member, ${names} from top
    union all select 0, count(*), '', ${total} from sums
    order by 1, contract_cost desc, list_cost desc, member`;
  const [totals, ...groups] = (await statement.execute(db)).rows;
  return {
    groups: groups.map((row) => ({ member: String(row['member']), sums: amountsOf(row, columns) })),
    count: Number(totals!['groups']),
    totals: amountsOf(totals!, columns),
  };
}

/** Reads the sums of members; without a list, those of all of them together under the empty member. */
export async function readMembers(
  db: Kysely<Tables>,
  selection: UsageSelection,
  members?: readonly string[],
): Promise<ReadonlyMap<string, UsageSums>> {
  if (members?.length === 0) return new Map();
  const columns = measuresOf(selection.source);
  const column = sql.ref(selection.source.group ?? 'model');
  const member = members === undefined ? sql`''` : column;
  const chosen = members === undefined ? sql`1 = 1` : sql`${column} in (${sql.join(members)})`;
  const statement = sql<SumRow>`
    select ${member} as member, ${summedColumns(columns)} from ${sumTable(selection)}
    where ${selectedRows(selection)} and ${chosen} group by 1`;
  const { rows } = await statement.execute(db);
  return new Map(rows.map((row) => [String(row['member']), amountsOf(row, columns)]));
}

/** Reads the sums of intervals, of members or of all of them together under the empty member. */
export async function readIntervals(
  db: Kysely<Tables>,
  selection: UsageSelection & { interval: UsageInterval },
  members?: readonly string[],
): Promise<IntervalSums[]> {
  if (members?.length === 0) return [];
  const { interval, range, source, zone } = selection;
  const columns = measuresOf(source);
  const column = sql.ref(source.group ?? 'model');
  const member = members === undefined ? sql`''` : column;
  const chosen = members === undefined ? sql`1 = 1` : sql`${column} in (${sql.join(members)})`;
  const isByDay = source.table === 'quarter-hour' && interval === 'day';
  const days = isByDay ? sql`with days(start, first, past) as (values ${dayValues(range, zone)})` : sql``;
  const join = isByDay
    ? sql`days join ledger_quarter_hour on quarter >= first and quarter < past`
    : sumTable(selection);
  const statement = sql<SumRow>`
    ${days} select ${startOf(interval, source)} as start, ${member} as member, ${summedColumns(columns)} from ${join}
    where ${selectedRows(selection)} and ${chosen} group by 1, 2 order by 1, 2`;
  const { rows } = await statement.execute(db);
  return rows.map((row) => ({
    start: String(row['start']),
    member: String(row['member']),
    sums: amountsOf(row, columns),
  }));
}

/** Returns the columns of the sums of a source. */
export function measuresOf({ table }: UsageSource): readonly string[] {
  return table === 'rollup' ? ROLLUP_TABLE.measures : QUARTER_HOUR_TABLE.measures;
}

function startOf(interval: UsageInterval, { table }: UsageSource): RawBuilder<unknown> {
  switch (interval) {
    case 'quarter-hour':
      return sql`quarter`;
    case 'hour':
      return sql`substr(quarter, 1, 13) || ':00Z'`;
    case 'day':
      return table === 'rollup' ? sql`period` : sql`start`;
    case 'month':
      return sql`substr(period, 1, 7)`;
    default:
      return interval satisfies never;
  }
}

function sumTable({ source }: UsageSelection): RawBuilder<unknown> {
  return sql.raw(source.table === 'rollup' ? ROLLUP_TABLE.name : QUARTER_HOUR_TABLE.name);
}

function summedColumns(columns: readonly string[]): RawBuilder<unknown> {
  return sql.raw(columns.map((name) => `sum(${name}) as ${name}`).join(', '));
}

function selectedRows({ range, source, zone }: UsageSelection): RawBuilder<unknown> {
  const { from, to } = range;
  const periods =
    source.table === 'quarter-hour'
      ? [sql`quarter >= ${dayStart(zone, from)} and quarter < ${dayStart(zone, dayAfter(to, 1))}`]
      : [
          sql`dimension = ${source.dimension}`,
          source.period === 'day'
            ? sql`period >= ${from} and period <= ${to}`
            : sql`period >= ${from.slice(0, 7)} and period <= ${to.slice(0, 7)}`,
        ];
  const filters = source.conditions.map(({ column, values }) =>
    values.length === 0 ? sql`1 = 0` : sql`${sql.ref(column)} in (${sql.join(values)})`,
  );
  return sql.join([...periods, ...filters], sql` and `);
}

/** Returns the days of a range, each with the quarter hour at its start and the one at its end. */
function dayValues({ from, to }: DayRange, zone: ReportingZone): RawBuilder<unknown> {
  const days: RawBuilder<unknown>[] = [];
  for (let day = from; day <= to; day = dayAfter(day, 1)) {
    days.push(sql`(${day}, ${dayStart(zone, day)}, ${dayStart(zone, dayAfter(day, 1))})`);
  }
  return sql.join(days);
}

function dayStart(zone: ReportingZone, day: string): string {
  return quarterHourOf(zoneDayStart(zone, day));
}

/** Returns sums as exact integers. `pg` returns text, and null for a sum of nothing. */
function amountsOf(row: SumRow, columns: readonly string[]): UsageSums {
  return Object.fromEntries(columns.map((name) => [name, BigInt(row[name] ?? 0)]));
}
