import { badRequest } from '../../../errors/errors.ts';
import { dayAfter } from '../../../ledger/time/utc-time.ts';
import { type DayRange, daysOfMonth, monthAfter } from '../../../ledger/usage/reporting-calendar.ts';
import {
  USAGE_DIMENSIONS,
  USAGE_INTERVALS,
  type UsageDimension,
  type UsageFilters,
  type UsageInterval,
  type UsageQuery,
} from '../../../ledger/usage/usage-query.ts';
import { unsupportedValue } from '../../../limits/field-errors.ts';
import { type AdminQuery, readQuery } from '../admin-request.ts';
import { isDay } from '../../../config/settings/date-time.ts';

const DEFAULT_GROUPS = 100;
const MAX_USAGE_GROUPS = 5_000;
/** Groups times intervals of an answer. */
const MAX_USAGE_SUMS = 20_000;
const MAX_FILTER_LENGTH = 256;
/** Days of which the sums may be asked, so that loops over days end. */
const EARLIEST_DAY = '2000-01-01';
const LATEST_DAY = '2999-12-31';
const USAGE_PARAMETERS = ['by', 'interval', 'period', 'from', 'to', 'limit', 'compare', 'forecast', 'format'] as const;

export const USAGE_FORMATS = ['json', 'csv'] as const;

/** Ranges that have a name, for a present day. */
const NAMED_RANGES = {
  today: (today: string) => ({ from: today, to: today }),
  yesterday: (today: string) => ({ from: dayAfter(today, -1), to: dayAfter(today, -1) }),
  'last-7-days': (today: string) => ({ from: dayAfter(today, -6), to: today }),
  'last-30-days': (today: string) => ({ from: dayAfter(today, -29), to: today }),
  'this-week': (today: string) => ({ from: mondayOf(today), to: today }),
  'last-week': (today: string) => ({ from: dayAfter(mondayOf(today), -7), to: dayAfter(mondayOf(today), -1) }),
  'this-month': (today: string) => ({ from: `${today.slice(0, 7)}-01`, to: today }),
  'last-month': (today: string) => daysOfMonth(monthAfter(today.slice(0, 7), -1)),
} as const satisfies Record<string, (today: string) => DayRange>;

export const USAGE_PERIODS = Object.keys(NAMED_RANGES) as (keyof typeof NAMED_RANGES)[];

/** The parameters of GET /admin/v1/usage. */
export interface UsageParameters {
  readonly by?: UsageDimension;
  readonly filters: UsageFilters;
  readonly format?: (typeof USAGE_FORMATS)[number];
  /** Returns the query with other filters. Throws GatewayError 400 for a range that does not exist. */
  readonly queryOf: (filters: UsageFilters, today: string) => UsageQuery;
}

/** Reads the parameters. Throws GatewayError 400, which names the parameter. */
export function readUsageQuery(given: AdminQuery): UsageParameters {
  const read = readQuery(given, [...USAGE_PARAMETERS, ...USAGE_DIMENSIONS]);
  const by = listedParameter('by', USAGE_DIMENSIONS, read.by);
  const interval = listedParameter('interval', USAGE_INTERVALS, read.interval);
  const period = listedParameter('period', USAGE_PERIODS, read.period);
  const isCompared = listedParameter('compare', ['previous'] as const, read.compare) !== undefined;
  const hasForecast = listedParameter('forecast', ['month'] as const, read.forecast) !== undefined;
  const limit = groupLimit(read.limit);
  if (period !== undefined && (read.from !== undefined || read.to !== undefined)) {
    throw badRequest('period cannot be combined with from and to.', 'period', 'invalid_value');
  }
  const from = daysOfParameter('from', read.from)?.from;
  const to = daysOfParameter('to', read.to)?.to;
  if (to !== undefined && from === undefined) throw badRequest('from is missing.', 'from', 'invalid_value');
  const filters: Partial<Record<UsageDimension, readonly string[]>> = {};
  for (const name of USAGE_DIMENSIONS) if (read[name] !== undefined) filters[name] = [filterText(name, read[name])];
  return {
    by,
    filters,
    format: listedParameter('format', USAGE_FORMATS, read.format),
    queryOf: (chosen, today) => {
      const range = from === undefined ? NAMED_RANGES[period ?? 'this-month'](today) : { from, to: to ?? today };
      if (range.from > range.to) throw badRequest('from must not be after to.', 'from', 'invalid_value');
      checkPoints(range, { by, interval, limit });
      return { by, interval, limit, isCompared, hasForecast, filters: chosen, ...range };
    },
  };
}

function listedParameter<Value extends string>(
  name: string,
  values: readonly Value[],
  text: string | undefined,
): Value | undefined {
  if (text === undefined) return undefined;
  if (!(values as readonly string[]).includes(text)) throw unsupportedValue(name, values, text);
  return text as Value;
}

/** Returns the days of a day or a month; undefined without a text. */
function daysOfParameter(name: string, text: string | undefined): DayRange | undefined {
  if (text === undefined) return undefined;
  const isMonth = /^\d{4}-(?:0[1-9]|1[0-2])$/.test(text);
  const range = isMonth ? daysOfMonth(text) : { from: text, to: text };
  if ((!isMonth && !isDay(text)) || range.from < EARLIEST_DAY || range.to > LATEST_DAY) {
    throw badRequest(
      `${name} must be a day such as 2026-11-30, or a month such as 2026-11, from 2000 to 2999.`,
      name,
      'invalid_value',
    );
  }
  return range;
}

function groupLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_GROUPS;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_USAGE_GROUPS) return limit;
  throw badRequest(`limit must be a whole number from 1 to ${MAX_USAGE_GROUPS}.`, 'limit', 'invalid_value');
}

function filterText(name: string, text: string): string {
  if (text.length <= MAX_FILTER_LENGTH && !text.includes('\0')) return text;
  throw badRequest(`${name} must have at most ${MAX_FILTER_LENGTH} characters and no NUL.`, name, 'invalid_value');
}

const INTERVALS_OF_DAY: Readonly<Record<UsageInterval, number>> = {
  'quarter-hour': 96,
  hour: 24,
  day: 1,
  month: 1 / 28,
};

/** Throws GatewayError 400 for an answer with too many sums. */
function checkPoints(range: DayRange, { by, interval, limit }: Pick<UsageQuery, 'by' | 'interval' | 'limit'>): void {
  if (interval === undefined) return;
  const days = (Date.parse(range.to) - Date.parse(range.from)) / 86_400_000 + 1;
  const points = Math.ceil(days * INTERVALS_OF_DAY[interval]) * (by === undefined ? 1 : limit);
  if (points <= MAX_USAGE_SUMS) return;
  throw badRequest(
    `The answer could have ${points} sums, and at most ${MAX_USAGE_SUMS} are allowed. Set a smaller limit, a longer interval or a shorter range.`,
    'limit',
    'invalid_value',
  );
}

function mondayOf(day: string): string {
  const daysSinceMonday = (new Date(day).getUTCDay() + 6) % 7;
  return dayAfter(day, -daysSinceMonday);
}
