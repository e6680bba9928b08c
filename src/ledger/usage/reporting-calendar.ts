import type { ReportingZone } from '../rollups/reporting-zone.ts';
import { dayAfter, UTC_DAY_MS } from '../time/utc-time.ts';

const QUARTER_MS = 900_000;
/** Quarters of an hour by which a zone may differ from UTC, and one more. */
const MAX_OFFSET_QUARTERS = 61;

/** Days from `from` to `to`, both inclusive, as YYYY-MM-DD in the reporting zone. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** Returns the month, YYYY-MM, that is `months` later. */
export function monthAfter(month: string, months: number): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7);
}

/** Returns the days of a month, YYYY-MM. */
export function daysOfMonth(month: string): DayRange {
  return { from: `${month}-01`, to: dayAfter(`${monthAfter(month, 1)}-01`, -1) };
}

/** Returns the number of days of a range. */
export function dayCount({ from, to }: DayRange): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / UTC_DAY_MS) + 1;
}

/** Returns the months of a range if it consists of whole months. The present month may end today. */
export function wholeMonths({ from, to }: DayRange, today: string): readonly [first: string, last: string] | undefined {
  const last = to.slice(0, 7);
  const isComplete = to === daysOfMonth(last).to || (last === today.slice(0, 7) && to >= today);
  return from.endsWith('-01') && isComplete ? [from.slice(0, 7), last] : undefined;
}

/** Returns the range of the same length before a range: as many months for whole months, else as many days. */
export function rangeBefore(range: DayRange): DayRange {
  const { from, to } = range;
  const [first, last] = [from.slice(0, 7), to.slice(0, 7)];
  if (from.endsWith('-01') && to === daysOfMonth(last).to) {
    const months = monthCount(first, last);
    return { from: `${monthAfter(first, -months)}-01`, to: dayAfter(from, -1) };
  }
  return { from: dayAfter(from, -dayCount(range)), to: dayAfter(from, -1) };
}

/** Returns the number of months from one to another, both inclusive. */
export function monthCount(first: string, last: string): number {
  const [year, month] = first.split('-').map(Number) as [number, number];
  const [lastYear, lastMonth] = last.split('-').map(Number) as [number, number];
  return (lastYear - year) * 12 + lastMonth - month + 1;
}

/** Returns the start of a day in milliseconds since 1970: the first quarter of an hour that the zone counts to the day or later. */
export function zoneDayStart(zone: ReportingZone, day: string): number {
  const middle = Date.parse(day) / QUARTER_MS;
  let before = middle - MAX_OFFSET_QUARTERS;
  let after = middle + MAX_OFFSET_QUARTERS;
  while (after - before > 1) {
    const quarter = Math.floor((before + after) / 2);
    if (zone.day(quarter * QUARTER_MS) < day) before = quarter;
    else after = quarter;
  }
  return after * QUARTER_MS;
}
