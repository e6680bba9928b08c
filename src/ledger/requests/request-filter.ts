import { isDay } from '../../config/settings/date-time.ts';
import type { LedgerStatus } from '../rows/ledger-row.ts';

/** The rows that a caller may read. */
export type RequestScope =
  | { readonly rows: 'all' | 'none' }
  /** Rows of one team, or of one principal, by its id. */
  | { readonly rows: 'team' | 'principal'; readonly id: string };

/** Conditions that a row must all meet. Absent ones are met by each row. */
export interface RequestFilter {
  /** Value of `x-request-id`. */
  readonly requestId?: string;
  readonly keyId?: string;
  readonly teamId?: string;
  readonly errorCode?: string;
  readonly status?: LedgerStatus;
  /** Time of arrival in milliseconds since 1970: the first one. */
  readonly from: number;
  /** The first time after the searched ones. */
  readonly to: number;
}

/** Where a page begins: at the last row of a day, YYYY-MM-DD, or at the row before the one with an id. */
export type RequestPosition = { readonly day: string } | { readonly before: string };

const REQUEST_DAY_MS = 86_400_000;
const POSITION = /^(?:(\d{4}-\d\d-\d\d)|([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}))$/;
/** Digits of the time in a UUIDv7 (RFC 9562). */
const TIME_DIGITS_OF_ID = 12;
const LAST_TIME = Date.parse('9999-12-31T00:00:00Z');

/** Returns the position in the cursor of a page; undefined for other text. */
export function parsePosition(cursor: string): RequestPosition | undefined {
  const [, day, before] = POSITION.exec(cursor) ?? [];
  if (before !== undefined) return timeOfRequest(before) === undefined ? undefined : { before };
  return day !== undefined && isDay(day) ? { day } : undefined;
}

export function formatPosition(position: RequestPosition): string {
  return 'day' in position ? position.day : position.before;
}

/** Returns the time in the id of a row, in milliseconds since 1970; undefined for a text that is not such an id. */
export function timeOfRequest(id: string): number | undefined {
  if (POSITION.exec(id)?.[2] === undefined) return undefined;
  const at = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  return at < LAST_TIME ? at : undefined;
}

/** Returns the UTC day of a time as YYYY-MM-DD. */
export function requestDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Returns the day before a day. */
export function previousDay(day: string): string {
  return requestDay(Date.parse(`${day}T00:00:00Z`) - REQUEST_DAY_MS);
}

/** Returns a text that is less than all ids of a time and later ones, and greater than all earlier ones. */
export function idBound(at: number): string {
  const digits = Math.max(0, at).toString(16).padStart(TIME_DIGITS_OF_ID, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-`;
}
