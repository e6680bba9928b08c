const QUARTER_HOUR_MS = 900_000;
/** Quarter hours whose day is kept. Late rows are few. */
const MAX_CACHED_QUARTERS = 512;

/** Days of a time zone. The offset of each zone from UTC is a multiple of 15 minutes, so a quarter hour has one day. */
export class ReportingZone {
  private readonly format: Intl.DateTimeFormat;
  private readonly days = new Map<number, string>();

  /** Throws RangeError for an unknown zone. */
  constructor(timeZone: string) {
    const numbers = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    this.format = new Intl.DateTimeFormat('en', { ...numbers, timeZone, calendar: 'iso8601', numberingSystem: 'latn' });
  }

  /** Returns the day of a time as YYYY-MM-DD. `at` is milliseconds since 1970. */
  day(at: number): string {
    const quarter = Math.floor(at / QUARTER_HOUR_MS);
    const known = this.days.get(quarter);
    if (known !== undefined) return known;
    const parts = Object.fromEntries(this.format.formatToParts(at).map(({ type, value }) => [type, value]));
    const day = `${parts['year']!.padStart(4, '0')}-${parts['month']}-${parts['day']}`;
    if (this.days.size >= MAX_CACHED_QUARTERS) this.days.clear();
    this.days.set(quarter, day);
    return day;
  }
}

/** Returns the start of the quarter of an hour in UTC, YYYY-MM-DDTHH:MMZ. */
export function quarterHourOf(at: number): string {
  return `${new Date(Math.floor(at / QUARTER_HOUR_MS) * QUARTER_HOUR_MS).toISOString().slice(0, 16)}Z`;
}
