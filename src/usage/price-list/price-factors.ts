import type { PriceOrigin } from './list-price.ts';
import { LITELLM, PI_AI } from './price-origins.ts';

/** A multiple of the list price. */
export interface PriceFactor {
  readonly source: PriceOrigin;
  /** Decimal text. */
  readonly factor: string;
}

const AWS_PRICE_LIST_JULY: PriceOrigin = {
  name: 'copies of AWS price list, offer AmazonBedrock, us-east-1: Nova Pro latency-optimized 1.00, standard 0.80',
  date: '2026-07-01',
  publisher: 'third party',
};
const RESERVED_TIER: PriceOrigin = {
  name: 'AWS announcement of the Reserved tier: capacity is billed by the hour',
  date: '2025-11-26',
  publisher: 'AWS',
};
const PROMPT_CACHING: PriceOrigin = {
  name: 'Anthropic, prompt caching; LiteLLM 1.110.2 has the same prices for Bedrock',
  date: '2026-07-01',
  publisher: 'third party',
};

/** Multiples of the list prices. */
export const PRICE_FACTORS = {
  /** A call that stays in a geography or a region. */
  geographic: { source: PI_AI, factor: '1.1' },
  /** A call in GovCloud. */
  govCloud: { source: LITELLM, factor: '1.2' },
  flex: { source: LITELLM, factor: '0.5' },
  priority: { source: LITELLM, factor: '1.75' },
  /** AWS bills the reserved capacity, not the calls that it serves. */
  reserved: { source: RESERVED_TIER, factor: '0' },
  optimizedLatency: { source: AWS_PRICE_LIST_JULY, factor: '1.25' },
  /** A cache write for one hour, as a multiple of the price of input. */
  hourCacheWrite: { source: PROMPT_CACHING, factor: '2' },
} as const satisfies Readonly<Record<string, PriceFactor>>;
