import { Body, Controller, Headers, HttpCode, Post, UseInterceptors } from '@nestjs/common';
import type { Call } from '../../request/request-context.ts';
import { CurrentCall } from '../../http/context/current-context.decorator.ts';
import { StreamingRetryInterceptor } from '../../http/retry/streaming.interceptor.ts';
import { CountTokensDto, MessagesDto } from './messages.dto.ts';
import { MessagesService } from '../../inference/invoke/messages.service.ts';

/** Anthropic's API. Its beta form is the same path with `?beta=true`. */
@Controller('v1/messages')
@UseInterceptors(StreamingRetryInterceptor)
export class MessagesController {
  constructor(private readonly messages: MessagesService) {}

  @Post()
  @HttpCode(200)
  create(@Body() request: MessagesDto, @CurrentCall() call: Call, @Headers('anthropic-beta') betas?: string) {
    return this.messages.create(request, { betas }, call);
  }

  @Post('count_tokens')
  @HttpCode(200)
  count(@Body() request: CountTokensDto, @CurrentCall() call: Call, @Headers('anthropic-beta') betas?: string) {
    return this.messages.countTokens(request, { betas }, call);
  }
}
