import { Module } from '@nestjs/common';
import { ModelRegistryService } from './model-registry.service.ts';

/** Provides the model registry. GatewayConfig comes from the global config module. */
@Module({ providers: [ModelRegistryService], exports: [ModelRegistryService] })
export class ModelsModule {}
