import { Injectable } from '@nestjs/common';
import { DatabaseService } from '../../database/database.service.ts';
import { readAuditHead } from '../repository/audit-reader.ts';
import type { AuditHead } from '../repository/audit-writer.ts';
import type { DatabaseDialect } from '../../database/clock/database-clock.ts';
import { claimTask } from '../../database/clock/recurring-task.ts';
import { type AuditTrim, trimOldAudit, trimOldChanges } from './trim-rows.ts';

/** What the recurring tasks read and write. Every method throws DatabaseUnavailableError if the database cannot be used. */
@Injectable()
export class MaintenanceStore {
  constructor(private readonly database: DatabaseService) {}

  get isConfigured(): boolean {
    return this.database.isConfigured;
  }

  /** Returns true to one of the replicas in each period, by the clock of the database: it runs the task. */
  async claim(task: string, periodMs: number): Promise<boolean> {
    return claimTask(this.database, task, periodMs);
  }

  async auditHead(): Promise<AuditHead> {
    return this.database.query(readAuditHead);
  }

  /**
   * Removes the rows of the oldest changes that are older than `days`, by the clock of the database. Replicas with an older
   * revision read everything. Returns false if older rows may remain, because a call holds the lock of changes only briefly.
   */
  async trimChanges(days: number): Promise<boolean> {
    return this.database.transaction((transaction) => trimOldChanges(transaction, this.dialect, days));
  }

  /**
   * Removes the oldest audit entries that are older than `days`, by the clock of the database. The checkpoint keeps the hash
   * of the last one, so that the rest still verifies. Returns undefined if no entry is older.
   */
  async trimAudit(days: number): Promise<AuditTrim | undefined> {
    return this.database.transaction((transaction) => trimOldAudit(transaction, this.dialect, days));
  }

  private get dialect(): DatabaseDialect {
    // A database has been open whenever a statement runs.
    return this.database.dialect ?? 'sqlite';
  }
}
