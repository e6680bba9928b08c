import { type BeforeApplicationShutdown, Logger } from '@nestjs/common';
import { claimTask, logTaskFailure } from '../../../database/clock/recurring-task.ts';
import type { DatabaseService } from '../../../database/database.service.ts';
import { CHARGE_HOUR_MS } from '../charge-hours.ts';
import { ChargeDelivery, type DeliveryConfig, exportStateOf } from './charge-delivery.ts';
import type { ExportMetrics } from './export-metrics.ts';

const EXPORT_TASK = 'ledger_export';
const EXPORT_TICK_MS = 20_000;
/** Milliseconds between two runs of the gateway. Somewhat less than an hour, so that each hour has one. */
const EXPORT_PERIOD_MS = CHARGE_HOUR_MS - 15 * EXPORT_TICK_MS;
/** Minute of the hour from which the gateway exports. */
const FIRST_MINUTE = 6;

/**
 * Observes the export for the metrics. With SQLite, also exports each hour, because no other process can read the file. With
 * PostgreSQL, `ledger.js export` does.
 */
export class ExportSchedule implements BeforeApplicationShutdown {
  private readonly logger = new Logger('ledger');
  private readonly delivery: ChargeDelivery;
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;

  constructor(
    private readonly database: DatabaseService,
    private readonly config: DeliveryConfig,
    private readonly metrics: ExportMetrics,
  ) {
    this.delivery = new ChargeDelivery(database, config);
  }

  start(): void {
    void this.tick();
    this.timer = setInterval(() => void this.tick(), EXPORT_TICK_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.delivery.stop();
  }

  /** Runs what is due, and reads the age of the export. Never rejects. */
  async tick(now = new Date()): Promise<void> {
    try {
      if (this.database.dialect === 'sqlite' && now.getUTCMinutes() >= FIRST_MINUTE && !this.running) {
        const claimed = await claimTask(this.database, EXPORT_TASK, EXPORT_PERIOD_MS);
        if (claimed) this.running = this.run().finally(() => (this.running = undefined));
        await this.running;
      }
      const ageSeconds = await exportStateOf(this.database, this.config)?.ageSeconds();
      if (ageSeconds !== undefined) this.metrics.aged(ageSeconds);
    } catch (error) {
      logTaskFailure(this.logger, EXPORT_TASK, error);
    }
  }

  private async run(): Promise<void> {
    try {
      await this.delivery.run();
    } catch (error) {
      logTaskFailure(this.logger, EXPORT_TASK, error);
    }
  }
}
