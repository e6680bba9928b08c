import { isDay } from '../../config/settings/date-time.ts';
import { timeOfUuidV7 } from '../time/uuid-v7.ts';
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

const POSITION = /^(?:(\d{4}-\d\d-\d\d)|([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}))$/;
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
  const at = timeOfUuidV7(id);
  return at < LAST_TIME ? at : undefined;
}
