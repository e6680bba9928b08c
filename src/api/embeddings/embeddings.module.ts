import { Module } from '@nestjs/common';
import { InferenceModule } from '../../inference/inference.module.ts';
import { RetryModule } from '../../retry/retry.module.ts';
import { EmbeddingsController } from './embeddings.controller.ts';

@Module({ imports: [InferenceModule, RetryModule], controllers: [EmbeddingsController] })
export class EmbeddingsModule {}
