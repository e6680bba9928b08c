import { Body, Controller, HttpCode, Post, UseInterceptors } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import { CurrentContext } from '../../http/context/current-context.decorator.ts';
import { RetryInterceptor } from '../../http/retry/retry.interceptor.ts';
import { StreamingInterceptor } from '../../http/retry/streaming.interceptor.ts';
import { completionsDialect } from '../../translation/openai-completions/completions-dialect.ts';
import { InferenceService } from '../../inference/inference.service.ts';
import { CompletionsRequestDto } from './completions.dto.ts';

/** OpenAI's text completions. */
@Controller('v1/completions')
@UseInterceptors(StreamingInterceptor, RetryInterceptor)
export class CompletionsController {
  constructor(private readonly inference: InferenceService) {}

  @Post()
  @HttpCode(200)
  create(@Body() request: CompletionsRequestDto, @CurrentContext() context: RequestContext) {
    return this.inference.handle(completionsDialect, request, context);
  }
}
