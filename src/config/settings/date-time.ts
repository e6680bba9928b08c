const dayMilliseconds = 86_400_000;

/** Matches a day. */
export const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

/** Matches a day, or a time with its time zone. Without a zone, a time would depend on the machine. */
export const dateTimePattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * Returns the time at which a key with this `expires` expires, in milliseconds since 1970; undefined for invalid text. A day
 * lasts until its end in UTC, so a key that expires on 2027-01-31 works on that day.
 */
export function expiryTime(text: string): number | undefined {
  if (!dateTimePattern.test(text)) return undefined;
  const day = text.slice(0, 10);
  const startOfDay = Date.parse(`${day}T00:00:00Z`);
  // Date.parse converts February 30 to March 2.
  if (Number.isNaN(startOfDay) || new Date(startOfDay).toISOString().slice(0, 10) !== day) return undefined;
  const time = text === day ? startOfDay + dayMilliseconds : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** Returns true for a day that exists, such as 2027-01-31. */
export function isDay(text: unknown): boolean {
  return typeof text === 'string' && dayPattern.test(text) && expiryTime(text) !== undefined;
}

/**
 * Returns the period from the beginning of one day until the end of another, in UTC and milliseconds since 1970. `until` is
 * the first millisecond after it. Without a day, the period has no such bound.
 */
export function periodOfDays(from: string | undefined, to: string | undefined): { from: number; until: number } {
  return {
    from: from === undefined ? -Infinity : Date.parse(`${from}T00:00:00Z`),
    until: to === undefined ? Infinity : Date.parse(`${to}T00:00:00Z`) + dayMilliseconds,
  };
}
