import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import type { ReportingZone } from '../rollups/reporting-zone.ts';
import { quarterHourOf } from '../rollups/reporting-zone.ts';
import { QUARTER_HOUR_TABLE, ROLLUP_TABLE } from '../rollups/rollup-table.ts';
import { dayAfter } from '../time/utc-time.ts';
import { type DayRange, zoneDayStart } from './reporting-calendar.ts';
import { addedSums, emptySums, type UsageSums } from './usage-amounts.ts';
import type { UsageInterval } from './usage-query.ts';
import type { UsageSource } from './usage-source.ts';

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

/**
 * Reads the groups with the highest contract cost and the sum of all groups. Only the order needs a sum for each of up to 100,000
 * groups, so it reads one column. Sums of calls have few groups, which one statement reads.
 */
export async function readTopGroups(db: Kysely<Tables>, selection: UsageSelection, limit: number): Promise<TopGroups> {
  const { source } = selection;
  if (source.group === undefined) return { groups: [], count: 0, totals: await readTotals(db, selection) };
  if (source.table === 'quarter-hour') return topGroupsOf(await readMembers(db, selection, 'each'), source, limit);
  const totals = await readTotals(db, selection);
  const statement = sql<{ member: string; groups: string | bigint }>`
    select member, groups from (
      select ${sql.ref(source.group)} as member, sum(contract_cost) as cost, count(*) over () as groups
      from ${sumTable(selection)} where ${selectedRows(selection)} group by 1
    ) as ranked order by cost desc, member limit ${limit}`;
  const { rows } = await statement.execute(db);
  const members = rows.map(({ member }) => member);
  const sums = await readMembers(db, selection, members);
  return {
    groups: members.map((member) => ({ member, sums: sums.get(member)! })),
    count: Number(rows[0]?.groups ?? 0),
    totals,
  };
}

/** Reads the sum of all groups. */
export async function readTotals(db: Kysely<Tables>, selection: UsageSelection): Promise<UsageSums> {
  const read = await readMembers(db, selectionOfTotals(selection));
  return read.get('') ?? emptySums(measuresOf(selection.source));
}

/** Returns where to read the sums of all groups. All dimensions have the same ones, and cost centers are the fewest. */
function selectionOfTotals<Selection extends UsageSelection>(selection: Selection): Selection {
  const { source } = selection;
  if (source.table !== 'rollup' || source.conditions.length > 0) return selection;
  return { ...selection, source: { table: 'rollup', dimension: 'cost_center', period: 'day', conditions: [] } };
}

function topGroupsOf(members: ReadonlyMap<string, UsageSums>, source: UsageSource, limit: number): TopGroups {
  const ranked = [...members].sort(([one, left], [other, right]) => {
    const [cost, otherCost] = [left['contract_cost']!, right['contract_cost']!];
    return cost === otherCost ? (one < other ? -1 : 1) : cost > otherCost ? -1 : 1;
  });
  return {
    groups: ranked.slice(0, limit).map(([member, sums]) => ({ member, sums })),
    count: ranked.length,
    totals: ranked.length === 0 ? emptySums(measuresOf(source)) : addedSums([...members.values()]),
  };
}

/** Reads the sums of members, or of each one; without a list, those of all of them together under the empty member. */
export async function readMembers(
  db: Kysely<Tables>,
  selection: UsageSelection,
  members?: readonly string[] | 'each',
): Promise<ReadonlyMap<string, UsageSums>> {
  if (members?.length === 0) return new Map();
  const columns = measuresOf(selection.source);
  const column = sql.ref(selection.source.group ?? 'model');
  const member = members === undefined ? sql`''` : column;
  const chosen = typeof members === 'object' ? sql`${column} in (${sql.join(members)})` : sql`1 = 1`;
  const statement = sql<SumRow>`
    select ${member} as member, ${summedColumns(columns)} from ${sumTable(selection)}
    where ${selectedRows(selection)} and ${chosen} ${members === undefined ? sql`` : sql`group by 1`}`;
  const { rows } = await statement.execute(db);
  return new Map(rows.map((row) => [String(row['member']), amountsOf(row, columns)]));
}

/** Reads the sums of intervals, of members or of all of them together under the empty member. */
export async function readIntervals(
  db: Kysely<Tables>,
  given: UsageSelection & { interval: UsageInterval },
  members?: readonly string[],
): Promise<IntervalSums[]> {
  if (members?.length === 0) return [];
  const { interval, range, source, zone } = members === undefined ? selectionOfTotals(given) : given;
  const selection = { range, source, zone };
  const columns = measuresOf(source);
  const column = sql.ref(source.group ?? 'model');
  const member = members === undefined ? sql`''` : column;
  const chosen = members === undefined ? sql`1 = 1` : sql`${column} in (${sql.join(members)})`;
  const sums = sql`${member} as member, ${summedColumns(columns)} from ${sumTable(selection)} where`;
  const statement =
    source.table === 'quarter-hour' && interval === 'day'
      ? sql<SumRow>`
          ${sql.join(
            daysOf(range).map(
              (day) => sql`select ${sql.lit(day)} as start, ${sums}
                ${selectedRows({ source, range: { from: day, to: day }, zone })} and ${chosen} group by 2`,
            ),
            sql` union all `,
          )} order by 1, 2`
      : sql<SumRow>`
          select ${startOf(interval)} as start, ${sums}
          ${selectedRows(selection)} and ${chosen} group by 1, 2 order by 1, 2`;
  const { rows } = await statement.execute(db);
  return rows.map((row) => ({
    start: String(row['start']),
    member: String(row['member']),
    sums: amountsOf(row, columns),
  }));
}

/** Prepares a transaction of PostgreSQL: compiling takes longer than adding, and groups must not be sorted on the disk. */
export async function prepareSums(db: Kysely<Tables>): Promise<void> {
  await sql`set local jit = off`.execute(db);
  await sql`set local work_mem = '32MB'`.execute(db);
}

/** Returns the columns of the sums of a source. */
export function measuresOf({ table }: UsageSource): readonly string[] {
  return table === 'rollup' ? ROLLUP_TABLE.measures : QUARTER_HOUR_TABLE.measures;
}

function startOf(interval: UsageInterval): RawBuilder<unknown> {
  switch (interval) {
    case 'quarter-hour':
      return sql`quarter`;
    case 'hour':
      return sql`substr(quarter, 1, 13) || ':00Z'`;
    case 'day':
      return sql`period`;
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
  return sql.join([...periods, filteredRows(source)], sql` and `);
}

function filteredRows({ conditions }: UsageSource): RawBuilder<unknown> {
  const filters = conditions.map(({ column, values }) =>
    values.length === 0 ? sql`1 = 0` : sql`${sql.ref(column)} in (${sql.join(values)})`,
  );
  return sql.join([sql`1 = 1`, ...filters], sql` and `);
}

function daysOf({ from, to }: DayRange): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = dayAfter(day, 1)) days.push(day);
  return days;
}

function dayStart(zone: ReportingZone, day: string): string {
  return quarterHourOf(zoneDayStart(zone, day));
}

/** Returns sums as exact integers. `pg` returns text, and null for a sum of nothing. */
function amountsOf(row: SumRow, columns: readonly string[]): UsageSums {
  return Object.fromEntries(columns.map((name) => [name, BigInt(row[name] ?? 0)]));
}
