import { Body, Controller, HttpCode, Post, UseInterceptors } from '@nestjs/common';
import type { Call } from '../../call.ts';
import { CurrentCall } from '../../http/call.decorator.ts';
import { EarlyStreamInterceptor } from '../../http/early-stream.interceptor.ts';
import { RetryInterceptor } from '../../http/retry.interceptor.ts';
import { responsesDialect } from '../../translation/responses/responses-dialect.ts';
import { InferenceService } from '../inference.service.ts';
import { ResponsesRequestDto } from './responses.dto.ts';

@Controller('v1/responses')
@UseInterceptors(EarlyStreamInterceptor, RetryInterceptor)
export class ResponsesController {
  constructor(private readonly inference: InferenceService) {}

  @Post()
  @HttpCode(200)
  create(@Body() request: ResponsesRequestDto, @CurrentCall() call: Call) {
    return this.inference.run(responsesDialect, request, call);
  }
}
