import { Global, Module } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.ts';
import { DatabaseModule } from '../database/database.module.ts';
import { DatabaseService } from '../database/database.service.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { RequestRecorder } from './recording/request-recorder.ts';
import { LedgerMetrics } from './writer/ledger-metrics.ts';
import { CallerUsage } from './usage/caller-usage.ts';
import { UsageService } from './usage/usage.service.ts';
import { LEDGER_RECORDER, type LedgerRecorder, NO_LEDGER } from './rows/ledger-recorder.ts';

/** The ledger. Global, because requests and background work have rows. */
@Global()
@Module({
  imports: [DatabaseModule],
  providers: [
    RequestRecorder,
    UsageService,
    CallerUsage,
    { provide: LEDGER_RECORDER, useFactory: startLedger, inject: [GatewayConfig, DatabaseService, MetricsService] },
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
