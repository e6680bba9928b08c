import { Logger } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import type { LedgerConfig } from '../../config/gateway-config.ts';
import { type DatabaseDialect, databaseTime } from '../../database/clock/database-clock.ts';
import { claimTask, logTaskFailure } from '../../database/clock/recurring-task.ts';
import type { DatabaseService } from '../../database/database.service.ts';
import { isMonthly, ROLLUP_DIMENSIONS } from '../rollups/row-increments.ts';
import { DayPartitions, dropPartition, PARTITIONED_TABLES, partitionDays } from '../writer/day-partitions.ts';
import { UTC_DAY_MS, utcDay } from '../time/utc-time.ts';

const TASK_MS = 3_600_000;
/** Days for which partitions are created ahead. */
const DAYS_AHEAD = 2;
/** Rows that one statement removes, so that writes wait only briefly. */
const REMOVED_ROWS = 5_000;
/** Statements of one run. The next run continues. */
const MAX_REMOVALS = 2_000;

/** Removes what is older than the settings keep, by the clock of the database, and creates the partitions of the next days. */
export class LedgerRetention {
  private readonly logger = new Logger('ledger');
  private readonly partitions: DayPartitions;
  private isStopped = false;

  constructor(
    private readonly database: DatabaseService,
    private readonly settings: () => LedgerConfig,
  ) {
    this.partitions = new DayPartitions(database);
  }

  stop(): void {
    this.isStopped = true;
  }

  /** Runs on the replica that is the first within an hour. Never rejects. */
  async runIfDue(): Promise<void> {
    try {
      if (await claimTask(this.database, 'ledger_retention', TASK_MS)) await this.run();
    } catch (error) {
      logTaskFailure(this.logger, 'ledger_retention', error);
    }
  }

  /** Creates and removes. Throws DatabaseUnavailableError if the database cannot be used. */
  async run(): Promise<void> {
    const { quarterHourRetentionDays, rollupRetentionDays, rowRetentionDays } = this.settings();
    const now = await this.database.query((db) => databaseTime(db, this.dialect));
    const dayBefore = (days: number): string => utcDay(now - days * UTC_DAY_MS);
    await this.partitions.ensure(Array.from({ length: DAYS_AHEAD + 1 }, (_day, index) => dayBefore(-index)));
    const oldestDay = dayBefore(rowRetentionDays);
    if (this.dialect === 'postgres') await this.dropPartitions(oldestDay);
    else for (const table of PARTITIONED_TABLES) await this.remove(table, sql`day < ${oldestDay}`);
    await this.remove('ledger_quarantine', sql`at < ${oldestDay}`);
    await this.remove('ledger_quarter_hour', sql`quarter < ${dayBefore(quarterHourRetentionDays)}`);
    // Hours end with their rows.
    for (const table of ['ledger_hour', 'ledger_export']) await this.remove(table, sql`hour < ${oldestDay}`);
    await this.removeRollups(dayBefore(rollupRetentionDays));
  }

  /** Removes days before a day, and months before its month. Each dimension is a range of the primary key. */
  private async removeRollups(oldestDay: string): Promise<void> {
    for (const dimension of ROLLUP_DIMENSIONS) {
      const oldest = isMonthly(dimension) ? oldestDay.slice(0, 7) : oldestDay;
      await this.remove('ledger_rollup', sql`dimension = ${dimension} and period < ${oldest}`);
    }
  }

  private async dropPartitions(oldestDay: string): Promise<void> {
    const days = await this.database.query(partitionDays);
    for (const day of days.filter((each) => each < oldestDay)) {
      if (this.isStopped) return;
      for (const table of PARTITIONED_TABLES) {
        await this.database.transaction((transaction) => dropPartition(transaction, table, day));
      }
      this.logger.log({ event: 'ledger_day_removed', day });
    }
  }

  /** Removes the rows of a condition in slices. */
  private async remove(table: string, condition: RawBuilder<unknown>): Promise<void> {
    // The name of the physical rows in each database.
    const rowId = sql.raw(this.dialect === 'postgres' ? 'ctid' : 'rowid');
    const old = sql`select ${rowId} from ${sql.table(table)} where ${condition} limit ${REMOVED_ROWS}`;
    const statement = sql`delete from ${sql.table(table)} where ${rowId} in (${old})`;
    for (let removal = 0; removal < MAX_REMOVALS && !this.isStopped; removal += 1) {
      const { numAffectedRows } = await this.database.query((db) => statement.execute(db));
      if ((numAffectedRows ?? 0n) < BigInt(REMOVED_ROWS)) return;
    }
  }

  private get dialect(): DatabaseDialect {
    // A database has been open whenever a statement runs.
    return this.database.dialect ?? 'sqlite';
  }
}
