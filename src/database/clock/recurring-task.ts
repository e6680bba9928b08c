import type { Logger } from '@nestjs/common';
import { reasonOf } from '../../errors/described-error.ts';
import type { DatabaseService } from '../database.service.ts';
import { DatabaseUnavailableError } from '../database-unavailable-error.ts';
import { databaseTime } from './database-clock.ts';

/**
 * Returns true if no replica has begun the task within the period, and records that this one does. A time that is more than
 * a period ahead comes from a clock that was wrong, and counts as none. A time that is slightly ahead is that of a replica
 * that read the clock later and wrote first. Throws DatabaseUnavailableError if the database cannot be used.
 */
export async function claimTask(database: DatabaseService, name: string, periodMs: number): Promise<boolean> {
  return database.query(async (db) => {
    // A database has been open whenever a statement runs.
    const now = await databaseTime(db, database.dialect ?? 'sqlite');
    const begunAt = new Date(now).toISOString();
    const due = new Date(now - periodMs).toISOString();
    const wrong = new Date(now + periodMs).toISOString();
    const rows = await db
      .insertInto('maintenance_task')
      .values({ name, begun_at: begunAt })
      .onConflict((conflict) =>
        conflict
          .column('name')
          .doUpdateSet({ begun_at: begunAt })
          .where((row) =>
            row.or([row('maintenance_task.begun_at', '<=', due), row('maintenance_task.begun_at', '>', wrong)]),
          ),
      )
      .returning('name')
      .execute();
    return rows.length > 0;
  });
}

/** Logs that a recurring task has failed. It runs again in its next period. */
export function logTaskFailure(logger: Logger, task: string, error: unknown): void {
  const line = { event: 'maintenance_failed', task, reason: reasonOf(error as Error) };
  // An outage of the database has its own lines.
  if (error instanceof DatabaseUnavailableError) logger.debug(line);
  else logger.warn(line);
}
