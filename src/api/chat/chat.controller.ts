import { Body, Controller, HttpCode, Post, UseInterceptors } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import { CurrentContext } from '../../http/context/current-context.decorator.ts';
import { RetryInterceptor } from '../../http/retry/retry.interceptor.ts';
import { StreamingInterceptor } from '../../http/retry/streaming.interceptor.ts';
import { chatDialect } from '../../translation/openai-chat/chat-dialect.ts';
import { InferenceService } from '../../inference/inference.service.ts';
import { ChatRequestDto } from './chat.dto.ts';

/** OpenAI's chat completions. */
@Controller('v1/chat/completions')
@UseInterceptors(StreamingInterceptor, RetryInterceptor)
export class ChatController {
  constructor(private readonly inference: InferenceService) {}

  @Post()
  @HttpCode(200)
  create(@Body() request: ChatRequestDto, @CurrentContext() context: RequestContext) {
    return this.inference.handle(chatDialect, request, context);
  }
}
