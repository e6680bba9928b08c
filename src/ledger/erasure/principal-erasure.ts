import { Injectable } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { type DatabaseDialect, databaseTime } from '../../database/clock/database-clock.ts';
import { claimTask } from '../../database/clock/recurring-task.ts';
import { DatabaseService } from '../../database/database.service.ts';
import { storable } from '../../database/storable-text.ts';
import type { Tables } from '../../database/tables.ts';
import { eraseFromQuarantine, eraseFromRows, eraseFromSums, hasRowsAfter, isInLedger } from './erasure-statements.ts';
import { UTC_DAY_MS } from '../time/utc-time.ts';

/**
 * Days after an erasure in which it is repeated each hour, for rows that were still in a journal. The id of the principal is kept
 * that long.
 */
const REPEATED_DAYS = 8;
const ERASURE_TASK_MS = 3_600_000;
/** Milliseconds of one hourly run for each principal. The next run continues. */
const BACKGROUND_MS = 20_000;

/** What an erasure has changed, and whether it has reached the end. */
export interface ErasureProgress {
  /** Rows of requests. */
  readonly rows: number;
  /** Sums of days and months. */
  readonly sums: number;
  readonly quarantined: number;
  readonly isComplete: boolean;
}

/**
 * Replaces a principal in the ledger by `erased`. No sum changes: the sums of the principal are added to those of `erased`. Works
 * in short transactions. Throws DatabaseUnavailableError if the database cannot be used; a repeated call continues.
 */
@Injectable()
export class PrincipalErasure {
  constructor(private readonly database: DatabaseService) {}

  /** Returns whether the ledger contains the principal, or its erasure was requested in the last days. */
  async find(principalId: string): Promise<'absent' | 'present' | 'requested'> {
    const id = storable(principalId);
    if ((await this.requestedAt(id)) !== undefined) return 'requested';
    return (await this.database.query((db) => isInLedger(db, id))) ? 'present' : 'absent';
  }

  /** Records that a principal is to be erased, so that its erasure is repeated for rows that arrive late. */
  async request(principalId: string): Promise<void> {
    await this.database.query(async (db) => {
      const requestedAt = await this.timeOf(db);
      await db
        .insertInto('ledger_erasure')
        .values({ principal_id: storable(principalId), requested_at: requestedAt })
        .onConflict((conflict) => conflict.column('principal_id').doUpdateSet({ requested_at: requestedAt }))
        .execute();
    });
  }

  /** Erases a principal that was recorded by `request`, for at most a time. */
  async run(principalId: string, maxMs: number): Promise<ErasureProgress> {
    const id = storable(principalId);
    const deadline = performance.now() + maxMs;
    const requestedAt = await this.requestedAt(id);
    if (requestedAt === undefined) return { rows: 0, sums: 0, quarantined: 0, isComplete: true };
    const rows = await this.repeat(deadline, (db) => eraseFromRows(db, id, Date.parse(requestedAt)));
    // A person who has returned has sums of new requests on the day of the erasure.
    const hasReturned = await this.database.query((db) => hasRowsAfter(db, id, Date.parse(requestedAt)));
    const before = hasReturned ? requestedAt.slice(0, 10) : undefined;
    const sums = await this.repeat(deadline, (db) => eraseFromSums(db, this.dialect, id, before));
    const quarantined = await this.repeat(deadline, (db) => eraseFromQuarantine(db, this.dialect, id));
    const isComplete = rows.isComplete && sums.isComplete && quarantined.isComplete;
    return { rows: rows.count, sums: sums.count, quarantined: quarantined.count, isComplete };
  }

  /** Repeats the erasures of the last days, on the replica that is the first within an hour. */
  async runIfDue(): Promise<void> {
    if (!(await claimTask(this.database, 'ledger_erasure', ERASURE_TASK_MS))) return;
    const now = await this.database.query((db) => databaseTime(db, this.dialect));
    const ended = new Date(now - REPEATED_DAYS * UTC_DAY_MS).toISOString();
    const requested = await this.database.query((db) => db.selectFrom('ledger_erasure').selectAll().execute());
    for (const { principal_id: id, requested_at: requestedAt } of requested) {
      const { isComplete } = await this.run(id, BACKGROUND_MS);
      if (!isComplete || requestedAt >= ended) continue;
      await this.database.query((db) => db.deleteFrom('ledger_erasure').where('principal_id', '=', id).execute());
    }
  }

  /** Runs a batch until it changes nothing, or until a time. */
  private async repeat(
    deadline: number,
    batch: (db: Kysely<Tables>) => Promise<number>,
  ): Promise<{ count: number; isComplete: boolean }> {
    let count = 0;
    while (performance.now() < deadline) {
      const changed = await this.database.transaction(batch);
      if (changed === 0) return { count, isComplete: true };
      count += changed;
    }
    return { count, isComplete: false };
  }

  private async requestedAt(id: string): Promise<string | undefined> {
    const query = (db: Kysely<Tables>) =>
      db.selectFrom('ledger_erasure').select('requested_at').where('principal_id', '=', id).executeTakeFirst();
    return (await this.database.query(query))?.requested_at;
  }

  private async timeOf(db: Kysely<Tables>): Promise<string> {
    return new Date(await databaseTime(db, this.dialect)).toISOString();
  }

  private get dialect(): DatabaseDialect {
    // A database has been open whenever a statement runs.
    return this.database.dialect ?? 'sqlite';
  }
}
