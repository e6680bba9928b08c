import { Module } from '@nestjs/common';
import { InferenceModule } from '../../inference/inference.module.ts';
import { ModelsModule } from '../../models/models.module.ts';
import { RetryModule } from '../../retry/retry.module.ts';
import { ProfilesController } from './inference-profiles.controller.ts';
import { RelayController } from './bedrock-api.controller.ts';

@Module({ imports: [InferenceModule, ModelsModule, RetryModule], controllers: [ProfilesController, RelayController] })
export class BedrockApiModule {}
