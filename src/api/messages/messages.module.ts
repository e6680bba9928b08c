import { Module } from '@nestjs/common';
import { InferenceModule } from '../../inference/inference.module.ts';
import { RetryModule } from '../../retry/retry.module.ts';
import { MessagesController } from './messages.controller.ts';

@Module({ imports: [InferenceModule, RetryModule], controllers: [MessagesController] })
export class MessagesModule {}
