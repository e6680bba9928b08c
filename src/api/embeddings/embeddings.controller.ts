import { Body, Controller, HttpCode, Post, UseInterceptors } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import { CurrentContext } from '../../http/context/current-context.decorator.ts';
import { RetryInterceptor } from '../../http/retry/retry.interceptor.ts';
import { EmbeddingsRequestDto } from './embeddings.dto.ts';
import { EmbeddingsService } from '../../inference/embeddings/embeddings.service.ts';

/** OpenAI's embeddings. */
@Controller('v1/embeddings')
@UseInterceptors(RetryInterceptor)
export class EmbeddingsController {
  constructor(private readonly embeddings: EmbeddingsService) {}

  @Post()
  @HttpCode(200)
  create(@Body() request: EmbeddingsRequestDto, @CurrentContext() context: RequestContext) {
    return this.embeddings.create(request, context);
  }
}
