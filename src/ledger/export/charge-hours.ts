import { utcHour } from '../time/utc-time.ts';

/** Milliseconds of an hour. */
export const CHARGE_HOUR_MS = 3_600_000;

/** Returns the start of an hour, given as YYYY-MM-DDTHH, in milliseconds since 1970. */
export function hourStart(hour: string): number {
  return Date.parse(`${hour}:00:00Z`);
}

/** Returns the hours of the days from `from` to `to`, both included and given as YYYY-MM-DD in UTC. */
export function hoursOfDays(from: string, to: string): string[] {
  const hours: string[] = [];
  const end = Date.parse(`${to}T00:00:00Z`) + 24 * CHARGE_HOUR_MS;
  for (let at = Date.parse(`${from}T00:00:00Z`); at < end; at += CHARGE_HOUR_MS) hours.push(utcHour(at));
  return hours;
}
