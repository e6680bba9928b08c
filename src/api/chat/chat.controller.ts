import { Body, Controller, HttpCode, Post, UseInterceptors } from '@nestjs/common';
import type { Call } from '../../call.ts';
import { CurrentCall } from '../../http/call.decorator.ts';
import { EarlyStreamInterceptor } from '../../http/early-stream.interceptor.ts';
import { RetryInterceptor } from '../../http/retry.interceptor.ts';
import { chatDialect } from '../../translation/chat/chat-dialect.ts';
import { InferenceService } from '../inference.service.ts';
import { ChatRequestDto } from './chat.dto.ts';

@Controller('v1/chat/completions')
@UseInterceptors(EarlyStreamInterceptor, RetryInterceptor)
export class ChatController {
  constructor(private readonly inference: InferenceService) {}

  @Post()
  @HttpCode(200)
  create(@Body() request: ChatRequestDto, @CurrentCall() call: Call) {
    return this.inference.run(chatDialect, request, call);
  }
}
