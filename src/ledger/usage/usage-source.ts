import { badRequest, type GatewayError } from '../../errors/errors.ts';
import type { ROLLUP_DIMENSIONS } from '../rollups/row-increments.ts';
import { type DayRange, dayCount, monthCount, wholeMonths } from './reporting-calendar.ts';
import {
  filterNames,
  type UsageDimension,
  type UsageFilters,
  type UsageInterval,
  type UsageQuery,
} from './usage-query.ts';

type RollupDimension = (typeof ROLLUP_DIMENSIONS)[number];

/** Values that a column may have. */
interface SourceCondition {
  readonly column: string;
  readonly values: readonly string[];
}

/** Where sums are read: a dimension of the sums of days or months, or the sums of quarter hours. */
export type UsageSource = {
  /** Column of the groups. Absent: one sum. */
  readonly group?: string;
  readonly conditions: readonly SourceCondition[];
} & (
  | { readonly table: 'rollup'; readonly dimension: RollupDimension; readonly period: 'day' | 'month' }
  | { readonly table: 'quarter-hour' }
);

const MEMBER_DIMENSIONS: Readonly<Partial<Record<UsageDimension, RollupDimension>>> = {
  team: 'team',
  application: 'application',
  costCenter: 'cost_center',
  key: 'key',
  principal: 'principal',
  model: 'model',
};
const CALL_DIMENSIONS: readonly UsageDimension[] = ['model', 'tier', 'region', 'account'];
const CALLS_ONLY: ReadonlySet<string> = new Set(['tier', 'region', 'account']);

/** Days that a query may span, so that it reads a bounded number of sums. */
const MAX_DAYS = 366;
const MAX_DAYS_OF_MANY = 31;
const MAX_MONTHS_OF_MANY = 1;
const MAX_DAYS_BY_INTERVAL: Readonly<Record<UsageInterval, number>> = {
  'quarter-hour': 2,
  hour: 14,
  day: 31,
  month: 31,
};

/** The part of a query that decides where it is read. */
export type SourceQuery = Pick<UsageQuery, 'by' | 'interval' | 'filters'> & DayRange;

/**
 * Returns where the sums of a query are. Throws GatewayError 400, which names the parameter, for a combination that no table has
 * and for a range that is too long.
 */
export function usageSource(query: SourceQuery, today: string): UsageSource {
  const { by, filters, interval } = query;
  const ofCalls = [by, ...filterNames(filters)].find((name) => name !== undefined && CALLS_ONLY.has(name));
  if (interval === 'hour' || interval === 'quarter-hour') return callSource(query, `interval=${interval}`);
  if (ofCalls !== undefined) return callSource(query, ofCalls === by ? `by=${by}` : ofCalls);
  return rollupSource(query, today);
}

function callSource(query: SourceQuery, reason: string): UsageSource {
  const { by, filters, interval = 'day' } = query;
  const other = [by, ...filterNames(filters)].find((name) => name !== undefined && !CALL_DIMENSIONS.includes(name));
  if (other !== undefined) {
    const allowed = CALL_DIMENSIONS.join(', ');
    const param = other === by ? 'by' : other;
    throw badRequest(
      `${param} cannot be combined with ${reason}: sums of quarter hours have only ${allowed}.`,
      param,
      'invalid_value',
    );
  }
  if (interval === 'month') {
    throw badRequest(`interval=month cannot be combined with ${reason}. Use day.`, 'interval', 'invalid_value');
  }
  checkDays(query, MAX_DAYS_BY_INTERVAL[interval], reason);
  return { table: 'quarter-hour', group: by, conditions: filterConditions(filters, (name) => name) };
}

function rollupSource(query: SourceQuery, today: string): UsageSource {
  const { by, filters } = query;
  const names = [...new Set([...(by === undefined ? [] : [by]), ...filterNames(filters)])];
  const owner = names.find((name) => name !== 'model');
  const hasModel = names.includes('model');
  const unread = names.find((name) => name !== owner && name !== 'model');
  if (unread !== undefined) throw notTogether(owner!, unread, by);
  if (owner === 'key' || owner === 'principal') return sourceOfMany(query, { owner, hasModel, today });
  if (owner !== undefined && hasModel) {
    if (owner !== 'team') throw notTogether(owner, 'model', by);
    checkDays(query, filters.team === undefined ? MAX_DAYS_OF_MANY : MAX_DAYS, 'teams with a model');
    return { table: 'rollup', dimension: 'team_model', period: 'day', ...groupColumns(query, owner) };
  }
  checkDays(query, MAX_DAYS, 'one request');
  const dimension = MEMBER_DIMENSIONS[owner ?? (hasModel ? 'model' : 'team')]!;
  return { table: 'rollup', dimension, period: 'day', ...groupColumns(query, owner ?? 'model') };
}

interface ManyMembers {
  readonly owner: 'key' | 'principal';
  readonly hasModel: boolean;
  readonly today: string;
}

/** Returns the source for keys or principals. There may be 100,000 of them, so whole months are read from the sums of months. */
function sourceOfMany(query: SourceQuery, { hasModel, owner, today }: ManyMembers): UsageSource {
  const isUnbounded = query.filters[owner] === undefined;
  const months = query.interval === 'day' ? undefined : wholeMonths(query, today);
  if (months !== undefined) {
    if (isUnbounded) checkMonths(months, owner);
    return { table: 'rollup', dimension: `${owner}_month`, period: 'month', ...groupColumns(query, owner) };
  }
  if (hasModel) throw monthsOnly(owner, query.by);
  checkDays(query, isUnbounded ? MAX_DAYS_OF_MANY : MAX_DAYS, `by=${owner}`);
  return { table: 'rollup', dimension: owner, period: 'day', ...groupColumns(query, owner) };
}

/** Returns the columns of the groups and filters where `owner` is the member. */
function groupColumns({ by, filters }: SourceQuery, owner: UsageDimension): Pick<UsageSource, 'group' | 'conditions'> {
  const column = (name: UsageDimension): string => (name === owner ? 'member' : 'model');
  return { ...(by !== undefined && { group: column(by) }), conditions: filterConditions(filters, column) };
}

function filterConditions(filters: UsageFilters, column: (name: UsageDimension) => string): SourceCondition[] {
  return filterNames(filters).map((name) => ({ column: column(name), values: filters[name]! }));
}

function notTogether(one: UsageDimension, other: UsageDimension, by: UsageDimension | undefined): GatewayError {
  const param = other === by ? one : other;
  const first = other === by ? `by=${other}` : one === by ? `by=${one}` : one;
  return badRequest(
    `${param} cannot be combined with ${first}: the ledger has no sums of both. Remove ${param}.`,
    param,
    'invalid_value',
  );
}

function monthsOnly(owner: UsageDimension, by: UsageDimension | undefined): GatewayError {
  const what = by === 'model' ? `by=model with ${owner}` : `model with ${owner}`;
  return badRequest(
    `${what} needs whole months: set from to the first day and to to the last day of a month, and interval to month or none.`,
    'from',
    'invalid_value',
  );
}

function checkDays(range: DayRange, most: number, what: string): void {
  if (dayCount(range) > most) {
    throw badRequest(
      `from and to span ${dayCount(range)} days, and ${what} allows ${most}. Send several requests.`,
      'from',
      'invalid_value',
    );
  }
}

function checkMonths([first, last]: readonly [string, string], owner: UsageDimension): void {
  if (monthCount(first, last) > MAX_MONTHS_OF_MANY) {
    throw badRequest(
      `from and to span ${monthCount(first, last)} months, and by=${owner} allows ${MAX_MONTHS_OF_MANY}. Send several requests, or set ${owner}.`,
      'from',
      'invalid_value',
    );
  }
}
