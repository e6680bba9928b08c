import { Body, Controller, HttpCode, Post, UseInterceptors } from '@nestjs/common';
import type { Call } from '../../request/request-context.ts';
import { CurrentCall } from '../../http/context/current-context.decorator.ts';
import { StreamingRetryInterceptor } from '../../http/retry/streaming.interceptor.ts';
import { completionsDialect } from '../../translation/openai-completions/completions-dialect.ts';
import { InferenceService } from '../../inference/inference.service.ts';
import { CompletionsRequestDto } from './completions.dto.ts';

@Controller('v1/completions')
@UseInterceptors(StreamingRetryInterceptor)
export class CompletionsController {
  constructor(private readonly inference: InferenceService) {}

  @Post()
  @HttpCode(200)
  create(@Body() request: CompletionsRequestDto, @CurrentCall() call: Call) {
    return this.inference.run(completionsDialect, request, call);
  }
}
