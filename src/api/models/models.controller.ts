import { Controller, Get, Headers, Param, Query } from '@nestjs/common';
import type { Call } from '../../call.ts';
import { CurrentCall } from '../../http/call.decorator.ts';
import { ModelRegistryService } from '../../models/model-registry.service.ts';
import {
  type AnthropicModel,
  type AnthropicModelList,
  type OpenAIModel,
  type OpenAIModelList,
  type PageQuery,
  toAnthropicList,
  toAnthropicModel,
  toOpenAIList,
  toOpenAIModel,
} from './model-listing.ts';

/** The models the caller may use, in OpenAI's shape, or in Anthropic's when the request has `anthropic-version`. */
@Controller('v1/models')
export class ModelsController {
  constructor(private readonly models: ModelRegistryService) {}

  @Get()
  list(
    @CurrentCall() call: Call,
    @Query() query: PageQuery,
    @Headers('anthropic-version') anthropicVersion?: string,
  ): OpenAIModelList | AnthropicModelList {
    const listings = this.models.list(call.caller);
    return anthropicVersion === undefined
      ? toOpenAIList(listings)
      : toAnthropicList(
          listings.filter(({ card }) => card.embedding === undefined),
          query,
          new Date(),
        );
  }

  /** A wildcard, because ARNs have slashes; Express splits and decodes the segments, raw or URL-encoded. */
  @Get('*id')
  find(
    @CurrentCall() call: Call,
    @Param('id') id: string | string[],
    @Headers('anthropic-version') anthropicVersion?: string,
  ): OpenAIModel | AnthropicModel {
    const listing = this.models.find([id].flat().join('/'), call.caller);
    return anthropicVersion === undefined ? toOpenAIModel(listing) : toAnthropicModel(listing, new Date());
  }
}
