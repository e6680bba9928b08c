import type { ColumnType } from 'kysely';

/** A whole number of 64 bits. SQLite returns BigInt, and `pg` text. */
type ExportNumber = ColumnType<bigint | string, bigint | number, bigint | number>;

/** How often the rows of an hour have changed, so that an export of the hour knows whether it is complete. */
export interface LedgerHourTable {
  /** UTC, YYYY-MM-DDTHH. */
  hour: string;
  /** Increased by 1 for each row, and for other changes of rows. */
  changes: ExportNumber;
}

/** Hours that a destination has. */
export interface LedgerExportTable {
  /** Format and URL. */
  destination: string;
  hour: string;
  /** `changes` of the hour before its rows were read. */
  changes: ExportNumber;
  /** Milliseconds since 1970. */
  exported_at: ExportNumber;
}

/** One row for each destination: its last complete run, and the run that has the lease. Times are milliseconds since 1970. */
export interface LedgerExportRunTable {
  destination: string;
  enabled_at: ExportNumber;
  /** 0 before the first complete run. */
  completed_at: ExportNumber;
  /** Empty without a run. */
  lease_holder: string;
  lease_until: ExportNumber;
}

export interface ExportTables {
  ledger_hour: LedgerHourTable;
  ledger_export: LedgerExportTable;
  ledger_export_run: LedgerExportRunTable;
}
