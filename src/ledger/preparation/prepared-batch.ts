import { incrementsOf } from '../rollups/row-increments.ts';
import { ReportingZone } from '../rollups/reporting-zone.ts';
import type { LedgerRow } from '../rows/ledger-row.ts';
import { lineRecord, rowRecord } from '../rows/row-records.ts';
import { storableJson } from '../rows/storable-json.ts';
import { admitRows, type QuarantinedRow } from './row-admission.ts';

/** Rows that are to be written, and the rules that decide which of them may be. */
export interface PreparationRequest {
  /** Rows as JSON. */
  readonly lines: readonly string[];
  /** Time of the database in milliseconds since 1970. */
  readonly now: number;
  readonly keptDays: number;
  /** `ledger.timeZone`. */
  readonly timeZone: string;
  /** Ids of the rows to prepare. Default: all. */
  readonly only?: ReadonlySet<string>;
}

/** What the statements of a batch need. Each list of records is JSON. */
export interface BatchRecords {
  /** Number of different rows. */
  readonly count: number;
  /** Days of the rows, YYYY-MM-DD. */
  readonly days: readonly string[];
  /** Months of the sums, YYYY-MM in the reporting zone. */
  readonly months: readonly string[];
  readonly rows: string;
  readonly lines: string;
  /** What the rows add to the sums of days and months. */
  readonly periods: string;
  /** What the lines add to the sums of quarter hours. */
  readonly quarterHours: string;
}

/** The records of the rows that may be written. */
export interface PreparedBatch extends BatchRecords {
  /** Rows that must be kept apart. They are not among the records. */
  readonly quarantined: readonly QuarantinedRow[];
  /** Positions of the same rows in the request. */
  readonly rejected: readonly number[];
}

let latestZone: { name: string; zone: ReportingZone } | undefined;

/** Prepares a batch. Throws only for a defect in the treatment of a row. */
export function prepareBatch({ keptDays, lines, now, only, timeZone }: PreparationRequest): PreparedBatch {
  const { quarantined, rejected, rows } = admitRows(lines, now, keptDays);
  if (latestZone?.name !== timeZone) latestZone = { name: timeZone, zone: new ReportingZone(timeZone) };
  return { quarantined, rejected, ...recordsOf(only ? rows.filter(({ id }) => only.has(id)) : rows, latestZone.zone) };
}

/** Returns the records of rows. Of rows with the same id, it takes the last one. */
export function recordsOf(repeatedRows: readonly LedgerRow[], zone: ReportingZone): BatchRecords {
  const rows = [...new Map(repeatedRows.map((row) => [row.id, row])).values()];
  const { periods, quarterHours } = incrementsOf(rows, zone);
  return {
    count: rows.length,
    days: [...new Set(rows.map(({ day }) => day))],
    months: [...new Set(rows.map(({ at }) => zone.day(at).slice(0, 7)))],
    rows: storableJson(rows.map(rowRecord)),
    lines: storableJson(rows.flatMap((row) => row.lines.map((line, position) => lineRecord(row, line, position)))),
    periods: storableJson(periods.records()),
    quarterHours: storableJson(quarterHours.records()),
  };
}
