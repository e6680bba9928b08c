import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { logTaskFailure } from '../../database/clock/recurring-task.ts';
import { AUDIT_FIELDS } from '../../telemetry/audit.ts';
import { MaintenanceStore } from './maintenance-store.ts';

/** Milliseconds between two looks at the tasks that are due. */
const MAINTENANCE_TICK_MS = 60_000;
const TASK_PERIOD_MS = 3_600_000;
/** A replica that was separated for longer reads everything. */
const KEPT_CHANGES_DAYS = 1;
/** Slices of one run, so that a run ends. The next one continues. */
const MAX_TRIMS = 500;

interface MaintenanceTask {
  name: string;
  periodMs: number;
  run: () => Promise<void>;
}

/**
 * Runs the recurring tasks of the database in the background, each on one replica. They remove old rows of changes and of
 * the audit, and log the head of the audit.
 */
@Injectable()
export class DatabaseMaintenance implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('audit');
  private timer?: NodeJS.Timeout;
  private isStopped = false;

  constructor(
    private readonly store: MaintenanceStore,
    private readonly config: GatewayConfig,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.store.isConfigured) return;
    void this.runDueTasks();
    this.timer = setInterval(() => void this.runDueTasks(), MAINTENANCE_TICK_MS).unref();
  }

  onApplicationShutdown(): void {
    this.isStopped = true;
    clearInterval(this.timer);
  }

  /** Runs the tasks that no replica has begun within their period. Never rejects. */
  async runDueTasks(): Promise<void> {
    const tasks: readonly MaintenanceTask[] = [
      { name: 'audit_head', periodMs: TASK_PERIOD_MS, run: () => this.logAuditHead() },
      { name: 'trim_audit', periodMs: TASK_PERIOD_MS, run: () => this.trimAudit() },
      { name: 'trim_changes', periodMs: TASK_PERIOD_MS, run: () => this.trimChanges() },
    ];
    for (const { name, periodMs, run } of tasks) {
      if (this.isStopped) return;
      try {
        if (await this.store.claim(name, periodMs)) await run();
      } catch (error) {
        logTaskFailure(this.logger, name, error);
      }
    }
  }

  /** Logs the last entry of the chain. A copy of the log outside of the database proves that no entry was changed. */
  private async logAuditHead(): Promise<void> {
    const head = await this.store.auditHead();
    this.logger.log({ ...AUDIT_FIELDS, event: 'audit_head', ...head, msg: 'last entry of the audit' });
  }

  private async trimAudit(): Promise<void> {
    for (let slice = 0; slice < MAX_TRIMS && !this.isStopped; slice += 1) {
      const trim = await this.store.trimAudit(this.config.governance.auditRetentionDays);
      if (trim === undefined) return;
      const { checkpoint, removed } = trim;
      const msg = 'old entries of the audit removed';
      this.logger.log({ ...AUDIT_FIELDS, event: 'audit_trimmed', removed, ...checkpoint, msg });
      if (trim.isComplete) return;
    }
  }

  private async trimChanges(): Promise<void> {
    for (let slice = 0; slice < MAX_TRIMS && !this.isStopped; slice += 1) {
      if (await this.store.trimChanges(KEPT_CHANGES_DAYS)) return;
    }
  }
}
