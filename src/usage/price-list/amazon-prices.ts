/**
 * Prices of Amazon's models, and of the embedding models: input, output, cache read, in USD per million tokens. Prices of
 * Nova in Europe differ between the sources: LiteLLM lists 12 to 15 percent more (2026-11). Prices of GovCloud that are
 * not 20 percent higher, and of images: LiteLLM.
 */
import { geographicPrice, uniformPrice, type PriceRows } from './list-price.ts';
import { AWS_PAGES, PI_AI } from './price-origins.ts';

/** Prices of Nova. */
export const AMAZON_PRICES: PriceRows = {
  'amazon.nova-2-lite-v1:0': geographicPrice(PI_AI, ['0.3', '2.5', '0.075'], {
    profiles: {
      eu: ['0.374', '3.157', '0.0935'],
      jp: ['0.396', '3.311', '0.099'],
      apac: ['0.396', '3.311', '0.099'],
    },
  }),
  'amazon.nova-premier-v1:0': uniformPrice(PI_AI, ['2.5', '12.5', '0.625']),
  'amazon.nova-pro-v1:0': uniformPrice(PI_AI, ['0.8', '3.2', '0.2'], {
    profiles: { eu: ['0.92', '3.68', '0.23'], apac: ['0.84', '3.36', '0.21'] },
  }),
  'amazon.nova-lite-v1:0': uniformPrice(PI_AI, ['0.06', '0.24', '0.015'], {
    profiles: {
      eu: ['0.069', '0.276', '0.01725'],
      apac: ['0.063', '0.252', '0.01575'],
      ca: ['0.064', '0.256', '0.016'],
    },
  }),
  'amazon.nova-micro-v1:0': uniformPrice(PI_AI, ['0.035', '0.14', '0.00875'], {
    profiles: { eu: ['0.04', '0.16', '0.01'], apac: ['0.037', '0.148', '0.00925'] },
  }),
};

/** Prices of embedding models, which have no output. */
export const EMBEDDING_PRICES: PriceRows = {
  'amazon.nova-2-multimodal-embeddings-v1:0': uniformPrice(AWS_PAGES, ['0.135', '0'], { image: '0.00006' }),
  'amazon.titan-embed-text-v2:0': uniformPrice(AWS_PAGES, ['0.02', '0'], {
    regions: { 'us-gov-west-1': ['0.11', '0'], 'us-gov-east-1': ['0.03', '0'] },
  }),
  'amazon.titan-embed-text-v1': uniformPrice(AWS_PAGES, ['0.1', '0'], { regions: { 'us-gov-west-1': ['0.1', '0'] } }),
  'cohere.embed-v4:0': uniformPrice(AWS_PAGES, ['0.12', '0']),
  'cohere.embed-multilingual-v3': uniformPrice(AWS_PAGES, ['0.1', '0']),
  'cohere.embed-english-v3': uniformPrice(AWS_PAGES, ['0.1', '0']),
};
