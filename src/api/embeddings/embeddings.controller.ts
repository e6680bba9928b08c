import { Body, Controller, HttpCode, Post, UseInterceptors } from '@nestjs/common';
import type { Call } from '../../request/request-context.ts';
import { CurrentCall } from '../../http/context/current-context.decorator.ts';
import { RetryInterceptor } from '../../http/retry/retry.interceptor.ts';
import { EmbeddingsDto } from './embeddings.dto.ts';
import { EmbeddingsService } from '../../inference/embeddings.service.ts';

@Controller('v1/embeddings')
@UseInterceptors(RetryInterceptor)
export class EmbeddingsController {
  constructor(private readonly embeddings: EmbeddingsService) {}

  @Post()
  @HttpCode(200)
  create(@Body() request: EmbeddingsDto, @CurrentCall() call: Call) {
    return this.embeddings.create(request, call);
  }
}
