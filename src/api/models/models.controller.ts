import { Controller, Get, Headers, Param, Query } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import { CurrentContext } from '../../http/context/current-context.decorator.ts';
import { THINKING_SUFFIX } from '../../models/catalog/model-names.ts';
import { type ModelListing, ModelRegistryService } from '../../models/model-registry.service.ts';
import {
  type AnthropicModel,
  type AnthropicModelList,
  type AnthropicPageQuery,
  toAnthropicList,
  toAnthropicModel,
} from './anthropic-listing.ts';
import { type OpenAIModel, type OpenAIModelList, toOpenAIList, toOpenAIModel } from './openai-listing.ts';

/**
 * Lists the models that the caller may use, in Anthropic's format if the request has `anthropic-version`, otherwise in
 * OpenAI's.
 */
@Controller('v1/models')
export class ModelsController {
  constructor(private readonly models: ModelRegistryService) {}

  @Get()
  list(
    @CurrentContext() context: RequestContext,
    @Query() query: AnthropicPageQuery,
    @Headers('anthropic-version') anthropicVersion?: string,
  ): OpenAIModelList | AnthropicModelList {
    const listings = this.models.list(context.caller);
    const now = new Date();
    return anthropicVersion === undefined
      ? toOpenAIList(listings, now)
      : toAnthropicList(listings.filter(isForAnthropicClients), query, now);
  }

  /** Returns one model. The path is a wildcard, because ARNs contain slashes. Express splits and decodes its segments. */
  @Get('*id')
  find(
    @CurrentContext() context: RequestContext,
    @Param('id') id: string | string[],
    @Headers('anthropic-version') anthropicVersion?: string,
  ): OpenAIModel | AnthropicModel {
    const listing = this.models.find([id].flat().join('/'), context.caller);
    const now = new Date();
    return anthropicVersion === undefined ? toOpenAIModel(listing, now) : toAnthropicModel(listing, now);
  }
}

/**
 * Returns true for models that Anthropic's clients can use. They enable thinking by a field, and offer every listed model to
 * their users.
 */
function isForAnthropicClients({ id, card, requested }: ModelListing): boolean {
  return card.embedding === undefined && id !== `${requested.name}${THINKING_SUFFIX}`;
}
