import { Module } from '@nestjs/common';
import { InferenceModule } from '../../inference/inference.module.ts';
import { RetryModule } from '../../retry/retry.module.ts';
import { ChatController } from './chat.controller.ts';

@Module({ imports: [InferenceModule, RetryModule], controllers: [ChatController] })
export class ChatModule {}
