import type { Transaction } from 'kysely';
import { type DatabaseDialect, databaseTime } from '../../database/clock/database-clock.ts';
import type { DatabaseService } from '../../database/database.service.ts';
import type { Tables } from '../../database/tables.ts';
import { incrementsOf } from '../rollups/row-increments.ts';
import type { ReportingZone } from '../rollups/reporting-zone.ts';
import { QUARTER_HOUR_TABLE, ROLLUP_TABLE, type RollupTable } from '../rollups/rollup-table.ts';
import type { LedgerRow } from '../rows/ledger-row.ts';
import { type LedgerRecord, lineRecord, rowRecord } from '../rows/row-records.ts';
import { DayPartitions } from './day-partitions.ts';
import { insertRecords, type RecordTable } from './record-statements.ts';

const LEDGER_ROWS: RecordTable = {
  name: 'ledger_row',
  key: ['day', 'id'],
  text: [
    'day',
    'id',
    'request_id',
    'trace_id',
    'endpoint',
    'method',
    'key_id',
    'team_id',
    'application_id',
    'principal_id',
    'cost_center',
    'model_asked',
    'model_answering',
    'status',
    'error_code',
    'error_source',
    'cache',
    'price_source',
    'fallback',
    'adjusted',
    'explain',
  ],
  numbers: [
    'at',
    'requests',
    'http_status',
    'duration_ms',
    'first_event_ms',
    'retries',
    'input_tokens',
    'output_tokens',
    'cache_read_tokens',
    'cache_write_tokens',
    'cache_write_1h_tokens',
    'is_estimated',
    'list_cost',
    'contract_cost',
    'saved_cost',
  ],
  returning: 'id',
};

const LEDGER_LINES: RecordTable = {
  name: 'ledger_line',
  key: ['day', 'row_id', 'position'],
  text: [
    'day',
    'row_id',
    'model',
    'target',
    'region',
    'profile',
    'account',
    'tier',
    'units',
    'price_version',
    'price_source',
    'upstream_request_id',
  ],
  numbers: ['position', 'at', 'is_estimated', 'list_cost', 'contract_cost'],
};

const LEDGER_QUARANTINE: RecordTable = {
  name: 'ledger_quarantine',
  key: ['id'],
  text: ['id', 'day', 'reason', 'detail', 'content', 'at'],
  numbers: [],
};

/** How many rows of a batch are new, and how many the database had before. */
export interface WrittenRows {
  written: number;
  repeated: number;
}

/** A row that is kept apart. */
export interface QuarantinedRow {
  /** Id of the row, or a hash of its content. */
  id: string;
  day: string;
  reason: string;
  detail: string;
  content: string;
}

/** Writes the ledger. Every method throws DatabaseUnavailableError if the database cannot be used. */
export class LedgerStore {
  private readonly partitions: DayPartitions;

  constructor(
    private readonly database: DatabaseService,
    private readonly zone: ReportingZone,
  ) {
    this.partitions = new DayPartitions(database);
  }

  /**
   * Writes rows with their lines and their sums in one transaction. Rows that the database has are skipped, so a batch may be
   * written again. Throws the error of the database if it refuses a row. No row of the batch is written then.
   */
  async write(rows: readonly LedgerRow[]): Promise<WrittenRows> {
    const unique = new Map(rows.map((row) => [`${row.day} ${row.id}`, row]));
    const batch = [...unique.values()];
    await this.partitions.ensure([...new Set(batch.map(({ day }) => day))]);
    try {
      const written = await this.database.transaction((transaction) => this.writeNew(transaction, batch));
      return { written, repeated: rows.length - written };
    } catch (error) {
      this.partitions.forget(error);
      throw error;
    }
  }

  /** Keeps rows apart. */
  async quarantine(rows: readonly QuarantinedRow[]): Promise<void> {
    const at = new Date().toISOString();
    const records = rows.map((row): LedgerRecord => ({ ...row, at }));
    await this.database.transaction((transaction) =>
      transaction.executeQuery(insertRecords(this.dialect, LEDGER_QUARANTINE, records)),
    );
  }

  async countQuarantine(): Promise<number> {
    const { count } = await this.database.query((db) =>
      db
        .selectFrom('ledger_quarantine')
        .select(({ fn }) => fn.countAll().as('count'))
        .executeTakeFirstOrThrow(),
    );
    return Number(count);
  }

  /** Reads the time of the database in milliseconds since 1970. */
  async now(): Promise<number> {
    return this.database.query((db) => databaseTime(db, this.dialect));
  }

  private get dialect(): DatabaseDialect {
    // A database has been open whenever a statement runs.
    return this.database.dialect ?? 'sqlite';
  }

  private async writeNew(transaction: Transaction<Tables>, batch: readonly LedgerRow[]): Promise<number> {
    const insert = async (table: RecordTable, records: readonly LedgerRecord[]): Promise<Record<string, unknown>[]> => {
      if (records.length === 0) return [];
      return (await transaction.executeQuery(insertRecords(this.dialect, table, records))).rows;
    };
    const inserted = await insert(LEDGER_ROWS, batch.map(rowRecord));
    const ids = new Set(inserted.map(({ id }) => id));
    const rows = batch.filter(({ id }) => ids.has(id));
    await insert(
      LEDGER_LINES,
      rows.flatMap((row) => row.lines.map((line, position) => lineRecord(row, line, position))),
    );
    // Sums come last, because other replicas wait for their locks.
    const { periods, quarterHours } = incrementsOf(rows, this.zone);
    await insert(sumsOf(ROLLUP_TABLE), periods.records());
    await insert(sumsOf(QUARTER_HOUR_TABLE), quarterHours.records());
    return rows.length;
  }
}

function sumsOf({ key, measures, name }: RollupTable): RecordTable {
  return { name, key, text: key, numbers: measures, sums: measures };
}
