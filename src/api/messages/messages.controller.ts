import { Body, Controller, Headers, HttpCode, Post, UseInterceptors } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import { CurrentContext } from '../../http/context/current-context.decorator.ts';
import { RetryInterceptor } from '../../http/retry/retry.interceptor.ts';
import { StreamingInterceptor } from '../../http/retry/streaming.interceptor.ts';
import { CountTokensRequestDto, MessagesRequestDto } from './messages.dto.ts';
import { MessageTokensService } from '../../inference/messages/message-tokens.service.ts';
import { MessagesService } from '../../inference/messages/messages.service.ts';

/** Anthropic's Messages API. Its beta variant is the same path with `?beta=true`. */
@Controller('v1/messages')
@UseInterceptors(StreamingInterceptor, RetryInterceptor)
export class MessagesController {
  constructor(
    private readonly messages: MessagesService,
    private readonly tokens: MessageTokensService,
  ) {}

  @Post()
  @HttpCode(200)
  create(
    @Body() request: MessagesRequestDto,
    @CurrentContext() context: RequestContext,
    @Headers('anthropic-beta') betas?: string,
  ) {
    return this.messages.create(request, { betas }, context);
  }

  @Post('count_tokens')
  @HttpCode(200)
  count(
    @Body() request: CountTokensRequestDto,
    @CurrentContext() context: RequestContext,
    @Headers('anthropic-beta') betas?: string,
  ) {
    return this.tokens.count(request, { betas }, context);
  }
}
