/** Milliseconds of an hour. */
export const CHARGE_HOUR_MS = 3_600_000;
const HOUR_TEXT = 13;
const HEX_TIME_DIGITS = 12;

/** Returns the hour of a time in UTC as YYYY-MM-DDTHH. */
export function hourText(at: number): string {
  return new Date(at).toISOString().slice(0, HOUR_TEXT);
}

/** Returns the start of an hour, given as YYYY-MM-DDTHH, in milliseconds since 1970. */
export function hourStart(hour: string): number {
  return Date.parse(`${hour}:00:00Z`);
}

/** Returns the hours of the days from `from` to `to`, both included and given as YYYY-MM-DD in UTC. */
export function hoursOfDays(from: string, to: string): string[] {
  const hours: string[] = [];
  const end = Date.parse(`${to}T00:00:00Z`) + 24 * CHARGE_HOUR_MS;
  for (let at = Date.parse(`${from}T00:00:00Z`); at < end; at += CHARGE_HOUR_MS) hours.push(hourText(at));
  return hours;
}

/** Returns the text before all UUIDs of version 7 with a time from `at` on, and after all with an earlier one. */
export function uuidBound(at: number): string {
  const digits = at.toString(16).padStart(HEX_TIME_DIGITS, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-`;
}
