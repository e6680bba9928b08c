import { Module } from '@nestjs/common';
import { InferenceModule } from '../../inference/inference.module.ts';
import { ModelsModule } from '../../models/models.module.ts';
import { RetryModule } from '../../retry/retry.module.ts';
import { InferenceProfilesController } from './inference-profiles.controller.ts';
import { BedrockApiController } from './bedrock-api.controller.ts';

@Module({
  imports: [InferenceModule, ModelsModule, RetryModule],
  controllers: [InferenceProfilesController, BedrockApiController],
})
export class BedrockApiModule {}
