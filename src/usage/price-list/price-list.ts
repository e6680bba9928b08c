import type { ListPrice, PriceRows } from './list-price.ts';
import { AMAZON_PRICES, EMBEDDING_PRICES } from './amazon-prices.ts';
import { CLAUDE_PRICES } from './claude-prices.ts';
import { FAMILY_PRICES } from './family-prices.ts';
import { OPENAI_PRICES } from './openai-prices.ts';
import { OTHER_PRICES } from './other-prices.ts';

/** List prices of all models, by foundation model id. */
export const PRICE_LIST: PriceRows = {
  ...CLAUDE_PRICES,
  ...AMAZON_PRICES,
  ...EMBEDDING_PRICES,
  ...FAMILY_PRICES,
  ...OPENAI_PRICES,
  ...OTHER_PRICES,
};

/** Returns the list price of a foundation model; undefined if the list lacks it. */
export function listPriceOf(modelId: string): ListPrice | undefined {
  return Object.hasOwn(PRICE_LIST, modelId) ? PRICE_LIST[modelId] : undefined;
}
