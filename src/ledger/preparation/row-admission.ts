import { createHash } from 'node:crypto';
import type { LedgerRow } from '../rows/ledger-row.ts';
import { parseLedgerRow } from '../rows/parse-ledger-row.ts';
import { UTC_DAY_MS, utcDay } from '../time/utc-time.ts';

/** Days that the clock of a gateway may be ahead of the database's. */
const MAX_DAYS_AHEAD = 1;
/** Characters of an error that are kept with a row. */
const MAX_DETAIL = 500;
const HASH_LENGTH = 32;

export const QUARANTINE_REASONS = ['invalid', 'refused', 'old', 'future'] as const;

/**
 * Why a row is kept apart.
 * - `invalid`: a field is missing or wrong.
 * - `refused`: the database does not accept it.
 * - `old`: its day is no longer kept.
 * - `future`: its day is later than the next day of the database.
 */
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** A row that is kept apart. */
export interface QuarantinedRow {
  /** Id of the row, or a hash of its content. */
  id: string;
  day: string;
  reason: string;
  detail: string;
  content: string;
}

/** Rows that may be written, and those that are kept apart. */
export interface AdmittedRows {
  rows: LedgerRow[];
  quarantined: QuarantinedRow[];
  /** Positions of the rows that are kept apart. */
  rejected: number[];
}

/** Parses rows, and checks their days. `now` is the time of the database in milliseconds since 1970. */
export function admitRows(lines: readonly string[], now: number, keptDays: number): AdmittedRows {
  const oldest = utcDay(now - keptDays * UTC_DAY_MS);
  const latest = utcDay(now + MAX_DAYS_AHEAD * UTC_DAY_MS);
  const admitted: AdmittedRows = { rows: [], quarantined: [], rejected: [] };
  for (const [position, line] of lines.entries()) {
    let refusal: QuarantinedRow | undefined;
    try {
      const row = parseLedgerRow(line);
      if (row.day < oldest) refusal = quarantinedRow(row, 'old', new Error(`rows are kept from ${oldest} on`));
      else if (row.day > latest) refusal = quarantinedRow(row, 'future', new Error(`the database has ${utcDay(now)}`));
      else admitted.rows.push(row);
    } catch (error) {
      refusal = quarantinedLine(line, 'invalid', error as Error);
    }
    if (refusal) {
      admitted.quarantined.push(refusal);
      admitted.rejected.push(position);
    }
  }
  return admitted;
}

/** Returns a row with the error because of which it is kept apart. */
export function quarantinedRow(row: LedgerRow, reason: QuarantineReason, error: Error): QuarantinedRow {
  return { id: row.id, day: row.day, reason, detail: quarantineDetail(error), content: JSON.stringify(row) };
}

/** Returns a text that is not a row. Its id is a hash, so that it is kept once. */
function quarantinedLine(line: string, reason: QuarantineReason, error: Error): QuarantinedRow {
  const id = createHash('sha256').update(line).digest('hex').slice(0, HASH_LENGTH);
  return { id, day: '', reason, detail: quarantineDetail(error), content: line };
}

/** Returns the text of an error that is kept with a row. */
export function quarantineDetail({ message }: Error): string {
  return message.toWellFormed().replaceAll('\0', '').slice(0, MAX_DETAIL);
}
