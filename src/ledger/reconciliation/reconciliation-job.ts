import { Logger } from '@nestjs/common';
import { claimTask, logTaskFailure } from '../../database/clock/recurring-task.ts';
import type { DatabaseService } from '../../database/database.service.ts';
import { DatabaseUnavailableError } from '../../database/database-unavailable-error.ts';
import { reasonOf } from '../../errors/described-error.ts';
import { readLedgerDay } from './drift/ledger-cells.ts';
import { openMonths, reconcileMonth, type ReconciliationSettings } from './reconcile-month.ts';
import type { ReconciliationMetrics } from './reconciliation-metrics.ts';
import { readReconciledMonths, readReconciliation, storeReconciliation } from './reconciliation-store.ts';

const RECONCILIATION_TICK_MS = 60_000;
const RECONCILIATION_PERIOD_MS = 86_400_000;
/** Milliseconds after the start of the process, whose first requests the job must not delay. */
const FIRST_RECONCILIATION_MS = 10_000;

/** What the job needs. */
export interface ReconciliationJobParts {
  readonly settings: ReconciliationSettings;
  readonly database: DatabaseService;
  readonly metrics: ReconciliationMetrics;
}

/**
 * Compares the ledger with AWS's bill once a day, on the gateway whose database is SQLite. Also shows the latest stored comparison as
 * metrics, of which another process may be the author.
 */
export class ReconciliationJob {
  private readonly logger = new Logger('ledger');
  private timer?: NodeJS.Timeout;
  private isStopped = false;
  private latestAt = '';

  constructor(private readonly parts: ReconciliationJobParts) {}

  start(): void {
    this.timer = setTimeout(() => void this.tick(), FIRST_RECONCILIATION_MS).unref();
  }

  onApplicationShutdown(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** Runs a comparison if one is due, and reads the latest one. Never rejects. */
  async runIfDue(): Promise<void> {
    const { database } = this.parts;
    try {
      const isDue =
        database.dialect === 'sqlite' && (await claimTask(database, 'ledger_reconciliation', RECONCILIATION_PERIOD_MS));
      if (isDue) for (const month of openMonths(Date.now())) await this.reconcile(month);
      await this.readLatest();
    } catch (error) {
      logTaskFailure(this.logger, 'ledger_reconciliation', error);
    }
  }

  private async tick(): Promise<void> {
    await this.runIfDue();
    if (!this.isStopped) this.timer = setTimeout(() => void this.tick(), RECONCILIATION_TICK_MS).unref();
  }

  /** Compares a month. A month whose bill cannot be read does not prevent the next one. */
  private async reconcile(month: string): Promise<void> {
    const { database, settings } = this.parts;
    const { cur } = settings.ledger.reconciliation;
    if (cur === undefined || this.isStopped) return;
    try {
      const ledgerDay = (day: string) => readLedgerDay(database, day);
      const report = await reconcileMonth({ settings, locations: [cur], month, now: Date.now(), ledgerDay });
      await storeReconciliation(database, report);
      const { isWithinLimit, settled } = report;
      const { contract, list } = settled;
      const drift = { listDriftPercent: list.driftPercent, contractDriftPercent: contract.driftPercent };
      this.logger.log({ event: 'ledger_reconciled', month, isWithinLimit, ...drift });
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) throw error;
      this.logger.warn({ event: 'reconciliation_failed', month, reason: reasonOf(error as Error) });
    }
  }

  private async readLatest(): Promise<void> {
    const { database, metrics } = this.parts;
    const [latest] = await readReconciledMonths(database);
    if (latest === undefined || latest.computedAt === this.latestAt) return;
    const report = await readReconciliation(database, latest.month);
    if (report === undefined) return;
    // The list of days is long, and no metric reads it.
    metrics.latest = { ...report, days: [], attribution: [] };
    this.latestAt = latest.computedAt;
  }
}
