import type { Kysely } from 'kysely';
import { type DatabaseDialect, databaseTime } from '../../../database/clock/database-clock.ts';
import type { DatabaseService } from '../../../database/database.service.ts';
import type { Tables } from '../../../database/tables.ts';
import { UTC_DAY_MS, utcDay, utcHour } from '../../time/utc-time.ts';
import { CHARGE_HOUR_MS } from '../charge-hours.ts';

/** Milliseconds after the end of an hour until its first export, because rows reach the database some seconds late. */
const SETTLE_MS = 5 * 60_000;
/** Milliseconds after which another run may start if the one with the lease does not renew it. */
const LEASE_MS = 10 * 60_000;

/** An hour whose rows the destination lacks, at least in part. */
export interface PendingHour {
  /** UTC, YYYY-MM-DDTHH. */
  readonly hour: string;
  readonly changes: bigint;
}

/** What was exported to one destination. Every method throws DatabaseUnavailableError if the database cannot be used. */
export class ExportState {
  constructor(
    private readonly database: DatabaseService,
    private readonly destination: string,
    private readonly keptDays: number,
  ) {}

  /**
   * Returns the complete hours that changed since their export, the oldest first. Hours of the oldest kept day are not among them: their rows
   * may be removed meanwhile, and a file with the rest would replace the whole one.
   */
  async pendingHours(): Promise<PendingHour[]> {
    const { destination } = this;
    const rows = await this.database.query(async (db) => {
      const now = await this.now(db);
      return db
        .selectFrom('ledger_hour')
        .leftJoin('ledger_export', (join) =>
          join.onRef('ledger_export.hour', '=', 'ledger_hour.hour').on('ledger_export.destination', '=', destination),
        )
        .select(['ledger_hour.hour as hour', 'ledger_hour.changes as changes'])
        .where('ledger_hour.hour', '>=', utcDay(now - (this.keptDays - 1) * UTC_DAY_MS))
        .where('ledger_hour.hour', '<=', utcHour(now - SETTLE_MS - CHARGE_HOUR_MS))
        .where((hour) =>
          hour.or([
            hour('ledger_export.changes', 'is', null),
            hour('ledger_export.changes', '<>', hour.ref('ledger_hour.changes')),
          ]),
        )
        .orderBy('ledger_hour.hour')
        .execute();
    });
    return rows.map(({ changes, hour }) => ({ hour, changes: BigInt(changes) }));
  }

  /** Records that the destination has an hour, with the changes of the time before its rows were read. */
  async exported({ changes, hour }: PendingHour): Promise<void> {
    await this.database.query(async (db) => {
      const values = { changes, exported_at: await this.now(db) };
      await db
        .insertInto('ledger_export')
        .values({ destination: this.destination, hour, ...values })
        .onConflict((conflict) => conflict.columns(['destination', 'hour']).doUpdateSet(values))
        .execute();
    });
  }

  /** Makes the hours of days pending, both days included and given as YYYY-MM-DD. */
  async forget(from: string, to: string): Promise<void> {
    await this.database.query((db) =>
      db
        .deleteFrom('ledger_export')
        .where('destination', '=', this.destination)
        .where('hour', '>=', from)
        .where('hour', '<=', `${to}T23`)
        .execute(),
    );
  }

  /** Takes the lease. Returns false if another run has it. */
  async acquire(holder: string): Promise<boolean> {
    return this.database.query(async (db) => {
      const now = await this.register(db);
      const { numUpdatedRows } = await db
        .updateTable('ledger_export_run')
        .set({ lease_holder: holder, lease_until: now + LEASE_MS })
        .where('destination', '=', this.destination)
        // A lease far ahead comes from a clock that was wrong.
        .where((run) =>
          run.or([run('lease_until', '<=', BigInt(now)), run('lease_until', '>', BigInt(now + 2 * LEASE_MS))]),
        )
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    });
  }

  /** Extends the lease. Returns false if it is lost. */
  async renew(holder: string): Promise<boolean> {
    return this.database.query(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('ledger_export_run')
        .set({ lease_until: (await this.now(db)) + LEASE_MS })
        .where('destination', '=', this.destination)
        .where('lease_holder', '=', holder)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    });
  }

  /** Ends the lease. `isComplete`: the destination has all hours. */
  async release(holder: string, isComplete: boolean): Promise<void> {
    await this.database.query(async (db) => {
      const now = await this.now(db);
      await db
        .updateTable('ledger_export_run')
        .set({ lease_holder: '', lease_until: 0, ...(isComplete && { completed_at: now }) })
        .where('destination', '=', this.destination)
        .where('lease_holder', '=', holder)
        .execute();
    });
  }

  /** Returns the seconds since the last complete run, or since the destination was configured. */
  async ageSeconds(): Promise<number> {
    return this.database.query(async (db) => {
      const run = await db
        .selectFrom('ledger_export_run')
        .select(['enabled_at', 'completed_at'])
        .where('destination', '=', this.destination)
        .executeTakeFirst();
      const now = run ? await this.now(db) : await this.register(db);
      const since = run ? Math.max(Number(run.enabled_at), Number(run.completed_at)) : now;
      return Math.max(0, now - since) / 1_000;
    });
  }

  /** Adds the destination if it is new. Returns the time of the database. */
  private async register(db: Kysely<Tables>): Promise<number> {
    const now = await this.now(db);
    await db
      .insertInto('ledger_export_run')
      .values({
        destination: this.destination,
        enabled_at: now,
        completed_at: 0,
        lease_holder: '',
        lease_until: 0,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return now;
  }

  private now(db: Kysely<Tables>): Promise<number> {
    return databaseTime(db, this.dialect);
  }

  private get dialect(): DatabaseDialect {
    // A database has been open whenever a statement runs.
    return this.database.dialect ?? 'sqlite';
  }
}
