import type { Transaction } from 'kysely';
import { type DatabaseDialect, databaseTime } from '../../database/clock/database-clock.ts';
import type { DatabaseService } from '../../database/database.service.ts';
import type { Tables } from '../../database/tables.ts';
import { type BatchRecords, recordsOf } from '../preparation/prepared-batch.ts';
import type { QuarantinedRow } from '../preparation/row-admission.ts';
import { hourChanges } from '../rollups/hour-changes.ts';
import type { ReportingZone } from '../rollups/reporting-zone.ts';
import { QUARTER_HOUR_TABLE, ROLLUP_TABLE, type RollupTable } from '../rollups/rollup-table.ts';
import type { LedgerRow } from '../rows/ledger-row.ts';
import { storableJson } from '../rows/storable-json.ts';
import { DayPartitions } from './day-partitions.ts';
import { closedMonths, inOpenMonth, LEDGER_ADJUSTMENTS } from './late-rows.ts';
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

/** The sums of days and months, to which records are added. */
export const PERIOD_SUMS = sumsOf(ROLLUP_TABLE);
const QUARTER_HOUR_SUMS = sumsOf(QUARTER_HOUR_TABLE);
/** How often the rows of an hour have changed. An export reads it. */
const HOUR_CHANGES: RecordTable = {
  name: 'ledger_hour',
  key: ['hour'],
  text: ['hour'],
  numbers: ['changes'],
  sums: ['changes'],
};
const NO_RECORDS = '[]';

/** Prepares a part of a batch again: the rows with these ids. */
export type PartPreparer = (ids: ReadonlySet<string>) => Promise<BatchRecords>;

/** Writes the ledger. Every method throws DatabaseUnavailableError if the database cannot be used. */
export class LedgerStore {
  private readonly partitions: DayPartitions;

  constructor(
    private readonly database: DatabaseService,
    private readonly zone: ReportingZone,
  ) {
    this.partitions = new DayPartitions(database);
  }

  /** Writes rows of this process, as `writeBatch` does. */
  async write(rows: readonly LedgerRow[]): Promise<number> {
    const part = async (ids: ReadonlySet<string>): Promise<BatchRecords> =>
      recordsOf(
        rows.filter(({ id }) => ids.has(id)),
        this.zone,
      );
    return this.writeBatch(recordsOf(rows, this.zone), part);
  }

  /**
   * Writes rows with their lines and their sums in one transaction. Rows that the database has are skipped, so a batch may be
   * written again. Returns the number of new rows. Throws the error of the database if it refuses a row. No row of the batch
   * is written then.
   */
  async writeBatch(batch: BatchRecords, part: PartPreparer): Promise<number> {
    await this.partitions.ensure(batch.days);
    try {
      return await this.database.transaction((transaction) => this.writeNew(transaction, batch, part));
    } catch (error) {
      this.partitions.forget(error);
      throw error;
    }
  }

  /** Keeps rows apart. */
  async quarantine(rows: readonly QuarantinedRow[]): Promise<void> {
    const at = new Date().toISOString();
    const records = storableJson(rows.map((row) => ({ ...row, at })));
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

  private async writeNew(transaction: Transaction<Tables>, batch: BatchRecords, part: PartPreparer): Promise<number> {
    const insert = async (table: RecordTable, records: string): Promise<Record<string, unknown>[]> => {
      if (records === NO_RECORDS) return [];
      return (await transaction.executeQuery(insertRecords(this.dialect, table, records))).rows;
    };
    const inserted = await insert(LEDGER_ROWS, batch.rows);
    if (inserted.length === 0) return 0;
    const ids = inserted.map(({ id }) => String(id));
    const rows = ids.length === batch.count ? batch : await part(new Set(ids));
    await insert(LEDGER_LINES, rows.lines);
    // Sums come last, because other replicas wait for their locks.
    const closed = await closedMonths(transaction, this.dialect, rows.months);
    const late =
      closed.size > 0 && (await inOpenMonth(transaction, this.dialect, { batch: rows, closed, zone: this.zone }));
    if (late) await insert(LEDGER_ADJUSTMENTS, late.adjustments);
    await insert(PERIOD_SUMS, late ? late.periods : rows.periods);
    await insert(QUARTER_HOUR_SUMS, rows.quarterHours);
    await insert(HOUR_CHANGES, storableJson(hourChanges(ids)));
    return inserted.length;
  }
}

function sumsOf({ key, measures, name }: RollupTable): RecordTable {
  return { name, key, text: key, numbers: measures, sums: measures };
}
