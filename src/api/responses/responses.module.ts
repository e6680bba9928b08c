import { Module } from '@nestjs/common';
import { InferenceModule } from '../../inference/inference.module.ts';
import { RetryModule } from '../../retry/retry.module.ts';
import { ResponsesController } from './responses.controller.ts';

@Module({ imports: [InferenceModule, RetryModule], controllers: [ResponsesController] })
export class ResponsesModule {}
