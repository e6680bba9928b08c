import { Module } from '@nestjs/common';
import { BedrockModule } from '../bedrock/bedrock.module.ts';
import { ModelsModule } from '../models/models.module.ts';
import { QuotasModule } from '../routing/quotas/quotas.module.ts';
import { ConfigReloadJob } from './config-reload.service.ts';
import { ModelDiscoveryJob } from './model-discovery.ts';
import { QuotaDiscoveryJob } from './quota-discovery.ts';

/**
 * Provides the work that runs without a request. The live configuration, its source and the metrics come from global
 * modules.
 */
@Module({
  imports: [BedrockModule, ModelsModule, QuotasModule],
  providers: [ConfigReloadJob, ModelDiscoveryJob, QuotaDiscoveryJob],
})
export class JobsModule {}
