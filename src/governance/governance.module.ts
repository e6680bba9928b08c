import { Module } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.ts';
import { LiveConfig } from '../config/live-config.ts';
import { DatabaseModule } from '../database/database.module.ts';
import { ModelRegistryService } from '../models/model-registry.service.ts';
import { ModelsModule } from '../models/models.module.ts';
import { SharedCopyStore } from '../shared-state/copies/shared-copy-store.ts';
import { SharedStateModule } from '../shared-state/shared-state.module.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { GovernanceService } from './governance.service.ts';
import { GovernanceRepository } from './repository/governance.repository.ts';

@Module({
  imports: [DatabaseModule, ModelsModule, SharedStateModule],
  providers: [
    GovernanceRepository,
    {
      provide: GovernanceService,
      useFactory: startGovernance,
      inject: [GatewayConfig, LiveConfig, MetricsService, GovernanceRepository, ModelRegistryService, SharedCopyStore],
    },
  ],
  exports: [GovernanceRepository, GovernanceService],
})
export class GovernanceModule {}

/** Creates the service, and reads `governance.files` before the gateway serves its first request. Throws a ConfigError. */
async function startGovernance(
  config: GatewayConfig,
  live: LiveConfig,
  metrics: MetricsService,
  repository: GovernanceRepository,
  models: ModelRegistryService,
  sharedCopies: SharedCopyStore,
): Promise<GovernanceService> {
  const service = new GovernanceService(config, live, metrics, { repository, models, sharedCopies });
  await service.start();
  return service;
}
