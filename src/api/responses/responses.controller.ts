import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import { badRequest } from '../../errors/errors.ts';
import { CurrentContext } from '../../http/context/current-context.decorator.ts';
import { RetryInterceptor } from '../../http/retry/retry.interceptor.ts';
import { StreamingInterceptor } from '../../http/retry/streaming.interceptor.ts';
import { BackgroundResponsesService } from '../../inference/responses/background-responses.service.ts';
import { pageOfInputItems, type InputItemPageQuery } from '../../inference/responses/input-items.ts';
import { CompactRequestDto, ResponsesRequestDto } from './responses.dto.ts';
import { ResponsesService } from '../../inference/responses/responses.service.ts';
import { StoredResponsesService } from '../../inference/responses/stored-responses.service.ts';

/** OpenAI's Responses API. */
@Controller('v1/responses')
export class ResponsesController {
  constructor(
    private readonly responses: ResponsesService,
    private readonly stored: StoredResponsesService,
    private readonly background: BackgroundResponsesService,
  ) {}

  @Post()
  @HttpCode(200)
  @UseInterceptors(StreamingInterceptor, RetryInterceptor)
  create(@Body() request: ResponsesRequestDto, @CurrentContext() context: RequestContext) {
    return this.responses.create(request, context);
  }

  @Post('input_tokens')
  @HttpCode(200)
  @UseInterceptors(RetryInterceptor)
  async countTokens(@Body() request: ResponsesRequestDto, @CurrentContext() context: RequestContext) {
    return { object: 'response.input_tokens', input_tokens: await this.responses.countTokens(request, context) };
  }

  @Post('compact')
  @HttpCode(200)
  @UseInterceptors(RetryInterceptor)
  compact(@Body() request: CompactRequestDto, @CurrentContext() context: RequestContext) {
    return this.responses.compact(request, context);
  }

  @Get(':id')
  async find(
    @Param('id') id: string,
    @Query('stream') stream: string | undefined,
    @CurrentContext() context: RequestContext,
  ) {
    if (stream === 'true')
      throw badRequest('A stored response cannot be streamed. Remove the stream parameter.', 'stream');
    return (await this.stored.find(id, context)).response;
  }

  @Delete(':id')
  async delete(@Param('id') id: string, @CurrentContext() context: RequestContext) {
    await this.stored.delete(id, context);
    return { id, object: 'response', deleted: true };
  }

  @Get(':id/input_items')
  async listItems(
    @Param('id') id: string,
    @Query() query: InputItemPageQuery,
    @CurrentContext() context: RequestContext,
  ) {
    return pageOfInputItems(id, (await this.stored.find(id, context)).input, query);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  cancel(@Param('id') id: string, @CurrentContext() context: RequestContext) {
    return this.background.cancel(id, context);
  }
}
