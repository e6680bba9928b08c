/** Milliseconds of a day in UTC. */
export const UTC_DAY_MS = 86_400_000;
const HOUR_TEXT_LENGTH = 13;

/** The last day that was asked for, because most rows of a batch have the same. */
let latest = { number: Number.NaN, day: '' };

/** Returns the UTC day of a time as YYYY-MM-DD. `at` is milliseconds since 1970. Throws RangeError for a time without a day. */
export function utcDay(at: number): string {
  const number = Math.floor(at / UTC_DAY_MS);
  if (number !== latest.number) latest = { number, day: new Date(at).toISOString().slice(0, 10) };
  return latest.day;
}

/** Returns the hour of a time in UTC as YYYY-MM-DDTHH. `at` is milliseconds since 1970. */
export function utcHour(at: number): string {
  return new Date(at).toISOString().slice(0, HOUR_TEXT_LENGTH);
}

/** Returns the day, YYYY-MM-DD, that is `days` later; earlier for a negative number. */
export function dayAfter(day: string, days: number): string {
  return utcDay(Date.parse(day) + days * UTC_DAY_MS);
}
