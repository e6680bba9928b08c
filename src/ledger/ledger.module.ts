import { type BeforeApplicationShutdown, Global, Module } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.ts';
import { DatabaseModule } from '../database/database.module.ts';
import { DatabaseService } from '../database/database.service.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { ExportMetrics } from './export/delivery/export-metrics.ts';
import { RequestRecorder } from './recording/request-recorder.ts';
import { LedgerMetrics } from './writer/ledger-metrics.ts';
import { CallerUsage } from './usage/caller-usage.ts';
import { ReconciliationMetrics } from './reconciliation/reconciliation-metrics.ts';
import { UsageService } from './usage/usage.service.ts';
import { LEDGER_RECORDER, type LedgerRecorder, NO_LEDGER } from './rows/ledger-recorder.ts';

/** Token of the export to S3, which no other part uses. */
const LEDGER_EXPORT = Symbol('ledger export');

/** Injection token of the job that compares the ledger with AWS's bill. */
const RECONCILIATION = Symbol('RECONCILIATION');

/** The ledger. Global, because requests and background work have rows. */
@Global()
@Module({
  imports: [DatabaseModule],
  providers: [
    RequestRecorder,
    UsageService,
    CallerUsage,
    { provide: LEDGER_RECORDER, useFactory: startLedger, inject: [GatewayConfig, DatabaseService, MetricsService] },
    { provide: LEDGER_EXPORT, useFactory: startExport, inject: [GatewayConfig, DatabaseService, MetricsService] },
    {
      provide: RECONCILIATION,
      useFactory: startReconciliation,
      inject: [GatewayConfig, DatabaseService, MetricsService],
    },
  ],
  exports: [RequestRecorder, UsageService, CallerUsage],
})
export class LedgerModule {}

/** Creates the recorder. Loads the ledger only where it is enabled. */
async function startLedger(
  config: GatewayConfig,
  database: DatabaseService,
  { registry }: MetricsService,
): Promise<LedgerRecorder> {
  const metrics = new LedgerMetrics(registry);
  if (!database.isConfigured || config.ledger.enabled === false) return NO_LEDGER;
  const { LedgerService } = await import('./ledger.service.ts');
  const ledger = new LedgerService({ config, database, metrics });
  await ledger.start();
  return ledger;
}

/** Starts the export to S3. Loads it only where it is configured. */
async function startExport(
  config: GatewayConfig,
  database: DatabaseService,
  { registry }: MetricsService,
): Promise<BeforeApplicationShutdown | undefined> {
  const metrics = new ExportMetrics(registry);
  if (!database.isConfigured || config.ledger.enabled === false || config.ledger.export.url === undefined)
    return undefined;
  const { ExportSchedule } = await import('./export/delivery/export-schedule.ts');
  const schedule = new ExportSchedule(database, config, metrics);
  schedule.start();
  return schedule;
}

/** Starts the comparison with AWS's bill. Loads it only where a bill is configured. */
async function startReconciliation(
  config: GatewayConfig,
  database: DatabaseService,
  { registry }: MetricsService,
): Promise<object> {
  const { enabled, reconciliation } = config.ledger;
  const metrics = new ReconciliationMetrics(registry);
  if (!database.isConfigured || enabled === false || reconciliation.cur === undefined) return metrics;
  const { ReconciliationJob } = await import('./reconciliation/reconciliation-job.ts');
  const job = new ReconciliationJob({ settings: config, database, metrics });
  job.start();
  return job;
}
