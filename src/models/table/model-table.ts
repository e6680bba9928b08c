import { RETIRED_CLAUDE_MODELS } from './claude-models-retired.ts';
import { CLAUDE_MODELS } from './claude-models.ts';
import { FAMILY_MODELS } from './family-models.ts';
import { EMBEDDING_MODELS } from './embedding-models.ts';
import { listPriceOf } from '../../usage/price-list/price-list.ts';
import type { Model } from '../types/model.ts';
import { OPENAI_MODELS } from './openai-models.ts';
import { OTHER_MODELS } from './other-models.ts';

/** All chat models that the gateway knows by name, in the order of `GET /v1/models`. */
export const CHAT_MODELS: readonly Model[] = [
  ...CLAUDE_MODELS,
  ...FAMILY_MODELS,
  ...OPENAI_MODELS,
  ...OTHER_MODELS,
  ...RETIRED_CLAUDE_MODELS,
].map(withListPrice);

/** All chat and embedding models. */
export const ALL_MODELS: readonly Model[] = [...CHAT_MODELS, ...EMBEDDING_MODELS.map(withListPrice)];

function withListPrice(model: Model): Model {
  return { ...model, price: listPriceOf(model.id) };
}
