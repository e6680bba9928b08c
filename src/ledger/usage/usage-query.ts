import type { DayRange } from './reporting-calendar.ts';

/** What usage is grouped and filtered by. The first six have sums of days, all from `model` on have sums of quarter hours. */
export const USAGE_DIMENSIONS = [
  'team',
  'application',
  'costCenter',
  'key',
  'principal',
  'model',
  'tier',
  'region',
  'account',
] as const;

export type UsageDimension = (typeof USAGE_DIMENSIONS)[number];

export const USAGE_INTERVALS = ['quarter-hour', 'hour', 'day', 'month'] as const;

export type UsageInterval = (typeof USAGE_INTERVALS)[number];

/** Values that a dimension may have, by dimension. An empty text is the member of requests without one. */
export type UsageFilters = Readonly<Partial<Record<UsageDimension, readonly string[]>>>;

/** A question about usage. */
export interface UsageQuery extends DayRange {
  readonly by?: UsageDimension;
  /** Without it, the whole range is one sum. */
  readonly interval?: UsageInterval;
  readonly filters: UsageFilters;
  /** Groups that are shown. The others are one sum. */
  readonly limit: number;
  /** Adds the range of the same length before. */
  readonly isCompared: boolean;
  /** Adds a forecast of the present month. */
  readonly hasForecast: boolean;
}

/** Returns the names of the filters of a query. */
export function filterNames(filters: UsageFilters): UsageDimension[] {
  return USAGE_DIMENSIONS.filter((name) => filters[name] !== undefined);
}
