import { Module } from '@nestjs/common';
import { BedrockModule } from '../bedrock/bedrock.module.ts';
import { ModelsModule } from '../models/models.module.ts';
import { QuotasModule } from '../routing/quotas/quotas.module.ts';
import { ConfigReload } from './config-reload.service.ts';
import { ModelDiscovery } from './model-discovery.ts';
import { QuotaDiscovery } from './quota-discovery.ts';

/** Work that runs without a request. The live configuration, its source and the metrics come from global modules. */
@Module({
  imports: [BedrockModule, ModelsModule, QuotasModule],
  providers: [ConfigReload, ModelDiscovery, QuotaDiscovery],
})
export class JobsModule {}
