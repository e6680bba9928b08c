import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import type { Call } from '../../request/request-context.ts';
import { badRequest } from '../../errors/errors.ts';
import { CurrentCall } from '../../http/context/current-context.decorator.ts';
import { RetryInterceptor } from '../../http/retry/retry.interceptor.ts';
import { StreamingRetryInterceptor } from '../../http/retry/streaming.interceptor.ts';
import { BackgroundResponses } from '../../inference/responses/background-responses.service.ts';
import { listItems, type ItemQuery } from '../../inference/responses/input-items.ts';
import { CompactDto, ResponsesRequestDto } from './responses.dto.ts';
import { ResponsesService } from '../../inference/responses/responses.service.ts';
import { StoredResponses } from '../../inference/responses/stored-responses.service.ts';

@Controller('v1/responses')
export class ResponsesController {
  constructor(
    private readonly responses: ResponsesService,
    private readonly stored: StoredResponses,
    private readonly background: BackgroundResponses,
  ) {}

  @Post()
  @HttpCode(200)
  @UseInterceptors(StreamingRetryInterceptor)
  create(@Body() request: ResponsesRequestDto, @CurrentCall() call: Call) {
    return this.responses.create(request, call);
  }

  @Post('input_tokens')
  @HttpCode(200)
  @UseInterceptors(RetryInterceptor)
  async countTokens(@Body() request: ResponsesRequestDto, @CurrentCall() call: Call) {
    return { object: 'response.input_tokens', input_tokens: await this.responses.countTokens(request, call) };
  }

  @Post('compact')
  @HttpCode(200)
  @UseInterceptors(RetryInterceptor)
  compact(@Body() request: CompactDto, @CurrentCall() call: Call) {
    return this.responses.compact(request, call);
  }

  @Get(':id')
  async find(@Param('id') id: string, @Query('stream') stream: string | undefined, @CurrentCall() call: Call) {
    if (stream === 'true') throw badRequest('A stored response is not streamed again.', 'stream');
    return (await this.stored.find(id, call)).response;
  }

  @Delete(':id')
  async delete(@Param('id') id: string, @CurrentCall() call: Call) {
    await this.stored.delete(id, call);
    return { id, object: 'response', deleted: true };
  }

  @Get(':id/input_items')
  async listItems(@Param('id') id: string, @Query() query: ItemQuery, @CurrentCall() call: Call) {
    return listItems(id, (await this.stored.find(id, call)).input, query);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  cancel(@Param('id') id: string, @CurrentCall() call: Call) {
    return this.background.cancel(id, call);
  }
}
