import type { Kysely } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import type { ReportingZone } from '../rollups/reporting-zone.ts';
import { type Forecast, monthForecast } from './month-forecast.ts';
import { type DayRange, daysOfMonth, rangeBefore } from './reporting-calendar.ts';
import { addedSums, emptySums, remainingSums, type UsageSums, type UsageView, usageView } from './usage-amounts.ts';
import type { UsageDimension, UsageInterval, UsageQuery } from './usage-query.ts';
import {
  type IntervalSums,
  measuresOf,
  readIntervals,
  readMembers,
  readTopGroups,
  readTotals,
  type UsageSelection,
} from './usage-reader.ts';
import { usageSource } from './usage-source.ts';

/** Sums of one interval. */
export interface UsagePoint {
  /** YYYY-MM-DD, YYYY-MM, or the UTC time of an hour or a quarter of an hour. */
  start: string;
  usage: UsageView;
}

/** Sums of a part of the usage. */
interface UsagePart {
  usage: UsageView;
  previous?: UsageView;
  forecast?: Forecast | null;
  intervals?: UsagePoint[];
}

export interface UsageGroup extends UsagePart {
  /** Null for requests without a member of the dimension. */
  id: string | null;
  name: string | null;
}

/** The answer to a question about usage. */
export interface UsageReport {
  object: 'usage';
  by: UsageDimension | null;
  interval: UsageInterval | null;
  /** First and last day in `timeZone`. */
  from: string;
  to: string;
  timeZone: string;
  currency: 'USD';
  /** The range of `previous`. */
  previous?: DayRange;
  /** All groups together. */
  totals: UsagePart;
  groups: UsageGroup[];
  /** Groups beyond the limit; null if all are shown. */
  other: (UsagePart & { groups: number }) | null;
}

/** What a report needs besides its query. */
export interface ReportSettings {
  readonly zone: ReportingZone;
  readonly timeZone: string;
  /** Time of the database in milliseconds since 1970. */
  readonly now: number;
  readonly nameOf: (by: UsageDimension, id: string) => string | null;
}

/** Sums of the shown groups and of all. */
interface PartSums {
  readonly members: ReadonlyMap<string, UsageSums>;
  readonly all: UsageSums;
}

/** Reads a report. `db` is a transaction, so that all sums are of the same state. Throws GatewayError 400 as `usageSource` does. */
export async function readUsageReport(
  db: Kysely<Tables>,
  query: UsageQuery,
  settings: ReportSettings,
): Promise<UsageReport> {
  const { by, interval } = query;
  const { timeZone, zone } = settings;
  const today = zone.day(settings.now);
  const select = (range: DayRange): UsageSelection => {
    return { source: usageSource({ ...query, ...range }, today), range, zone };
  };
  const main = select(query);
  const top = await readTopGroups(db, main, by === undefined ? 0 : query.limit);
  const members = top.groups.map(({ member }) => member);
  // People are listed by id, because a list by cost would be a ranking.
  if (by === 'principal') members.sort();
  const sums: PartSums = { members: new Map(top.groups.map(({ member, sums }) => [member, sums])), all: top.totals };
  const earlier = query.isCompared ? rangeBefore(query) : undefined;
  const previous = earlier && (await readParts(db, select(earlier), members));
  const hidden = by === undefined ? 0 : top.count - members.length;
  const isComplete = by !== undefined && hidden === 0;
  const intervals = interval && (await readPoints(db, { ...main, interval }, { members, isComplete }));
  const forecast = query.hasForecast ? await readForecast(db, { members, select, settings }) : undefined;
  const partOf = (pick: (parts: PartSums) => UsageSums, points: (all: IntervalParts) => UsagePoint[]): UsagePart => ({
    usage: usageView(pick(sums)),
    ...(previous && { previous: usageView(pick(previous)) }),
    ...(forecast !== undefined && { forecast: forecast && forecast(pick) }),
    ...(intervals && { intervals: points(intervals) }),
  });
  const empty = emptySums(measuresOf(main.source));
  const restOf = ({ all, members: shown }: PartSums): UsageSums => remainingSums(all, [...shown.values()]);
  return {
    object: 'usage',
    by: by ?? null,
    interval: interval ?? null,
    from: query.from,
    to: query.to,
    timeZone,
    currency: 'USD',
    ...(earlier && { previous: earlier }),
    totals: partOf(
      ({ all }) => all,
      ({ all }) => all.map(pointOf),
    ),
    groups: members.map((member) => ({
      id: member === '' ? null : member,
      name: member === '' ? null : settings.nameOf(by!, member),
      ...partOf(
        (parts) => parts.members.get(member) ?? empty,
        ({ ofMembers }) => (ofMembers.get(member) ?? []).map(pointOf),
      ),
    })),
    other: hidden === 0 ? null : { groups: hidden, ...partOf(restOf, restPoints) },
  };
}

interface IntervalParts {
  readonly all: readonly IntervalSums[];
  readonly ofMembers: ReadonlyMap<string, readonly IntervalSums[]>;
}

async function readParts(db: Kysely<Tables>, selection: UsageSelection, members: readonly string[]): Promise<PartSums> {
  return { all: await readTotals(db, selection), members: await readMembers(db, selection, members) };
}

/** Reads the intervals of members and of all. If all members are shown, their sums are those of all. */
async function readPoints(
  db: Kysely<Tables>,
  selection: UsageSelection & { interval: UsageInterval },
  { isComplete, members }: { isComplete: boolean; members: readonly string[] },
): Promise<IntervalParts> {
  const points = await readIntervals(db, selection, members);
  const ofMembers = Map.groupBy(points, ({ member }) => member);
  if (!isComplete) return { all: await readIntervals(db, selection), ofMembers };
  const all = [...Map.groupBy(points, ({ start }) => start)].map(([start, parts]) => {
    return { start, member: '', sums: addedSums(parts.map(({ sums }) => sums)) };
  });
  return { all, ofMembers };
}

interface ForecastParts {
  readonly members: readonly string[];
  readonly select: (range: DayRange) => UsageSelection;
  readonly settings: ReportSettings;
}

/** Returns what makes the forecast of a part. */
async function readForecast(
  db: Kysely<Tables>,
  { members, select, settings: { now, zone } }: ForecastParts,
): Promise<(pick: (parts: PartSums) => UsageSums) => Forecast | null> {
  const month = zone.day(now).slice(0, 7);
  const parts = await readParts(db, select(daysOfMonth(month)), members);
  return (pick) => monthForecast(pick(parts), { month, now, zone });
}

function pointOf({ start, sums }: IntervalSums): UsagePoint {
  return { start, usage: usageView(sums) };
}

function restPoints({ all, ofMembers }: IntervalParts): UsagePoint[] {
  const shown = Map.groupBy([...ofMembers.values()].flat(), ({ start }) => start);
  return all.map(({ start, sums }) => {
    const parts = (shown.get(start) ?? []).map((point) => point.sums);
    return { start, usage: usageView(remainingSums(sums, parts)) };
  });
}
