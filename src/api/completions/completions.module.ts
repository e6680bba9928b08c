import { Module } from '@nestjs/common';
import { InferenceModule } from '../../inference/inference.module.ts';
import { RetryModule } from '../../retry/retry.module.ts';
import { CompletionsController } from './completions.controller.ts';

@Module({ imports: [InferenceModule, RetryModule], controllers: [CompletionsController] })
export class CompletionsModule {}
