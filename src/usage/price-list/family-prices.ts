/**
 * Prices of Meta, Mistral, DeepSeek and Qwen: input, output, in USD per million tokens. Regions and rounded tiers:
 * LiteLLM 1.110.2, which names AWS's price list.
 */
import { uniformPrice, type PriceRows } from './list-price.ts';
import { AWS_PAGES, PI_AI } from './price-origins.ts';

const META_PRICES: PriceRows = {
  'meta.llama4-maverick-17b-instruct-v1:0': uniformPrice(PI_AI, ['0.24', '0.97']),
  'meta.llama4-scout-17b-instruct-v1:0': uniformPrice(PI_AI, ['0.17', '0.66']),
  'meta.llama3-3-70b-instruct-v1:0': uniformPrice(PI_AI, ['0.72', '0.72']),
  'meta.llama3-1-70b-instruct-v1:0': uniformPrice(PI_AI, ['0.72', '0.72']),
  'meta.llama3-1-8b-instruct-v1:0': uniformPrice(PI_AI, ['0.22', '0.22']),
};

const MISTRAL_PRICES: PriceRows = {
  'mistral.mistral-large-3-675b-instruct': uniformPrice(PI_AI, ['0.5', '1.5'], {
    tiers: { priority: ['0.88', '2.63'] },
  }),
  'mistral.ministral-3-14b-instruct': uniformPrice(PI_AI, ['0.2', '0.2']),
  'mistral.ministral-3-8b-instruct': uniformPrice(PI_AI, ['0.15', '0.15'], {
    tiers: { flex: ['0.07', '0.07'], priority: ['0.26', '0.26'] },
  }),
  'mistral.ministral-3-3b-instruct': uniformPrice(PI_AI, ['0.1', '0.1'], { tiers: { priority: ['0.17', '0.17'] } }),
  'mistral.magistral-small-2509': uniformPrice(PI_AI, ['0.5', '1.5'], { tiers: { priority: ['0.88', '2.63'] } }),
  'mistral.devstral-2-123b': uniformPrice(PI_AI, ['0.4', '2']),
  'mistral.pixtral-large-2502-v1:0': uniformPrice(PI_AI, ['2', '6']),
  'mistral.voxtral-small-24b-2507': uniformPrice(PI_AI, ['0.1', '0.3'], {
    tiers: { priority: ['0.17', '0.52'] },
    regions: {
      'ap-northeast-1': ['0.12', '0.36'],
      'ap-southeast-2': ['0.103', '0.309'],
      'eu-west-2': ['0.16', '0.47'],
    },
  }),
  'mistral.voxtral-mini-3b-2507': uniformPrice(PI_AI, ['0.04', '0.04'], {
    regions: {
      'ap-northeast-1': ['0.05', '0.05'],
      'ap-southeast-2': ['0.0412', '0.0412'],
      'eu-west-2': ['0.06', '0.06'],
    },
  }),
};

const DEEPSEEK_PRICES: PriceRows = {
  'deepseek.v3.2': uniformPrice(PI_AI, ['0.62', '1.85'], {
    profiles: { eu: ['0.74', '2.22'] },
    regions: {
      'ap-northeast-1': ['0.74', '2.22'],
      'ap-south-1': ['0.74', '2.22'],
      'ap-southeast-3': ['0.74', '2.22'],
      'eu-north-1': ['0.74', '2.22'],
      'sa-east-1': ['0.74', '2.22'],
    },
  }),
  'deepseek.v3-v1:0': uniformPrice(PI_AI, ['0.58', '1.68']),
  // pi-ai lacks this model.
  'deepseek.r1-v1:0': uniformPrice(AWS_PAGES, ['1.35', '5.4']),
};

const QWEN_PRICES: PriceRows = {
  'qwen.qwen3-235b-a22b-2507-v1:0': uniformPrice(PI_AI, ['0.22', '0.88']),
  'qwen.qwen3-32b-v1:0': uniformPrice(PI_AI, ['0.15', '0.6']),
  'qwen.qwen3-coder-480b-a35b-v1:0': uniformPrice(PI_AI, ['0.45', '1.8']),
  'qwen.qwen3-coder-30b-a3b-v1:0': uniformPrice(PI_AI, ['0.15', '0.6']),
  'qwen.qwen3-coder-next': uniformPrice(PI_AI, ['0.5', '1.2'], {
    regions: {
      'ap-northeast-1': ['0.6', '1.44'],
      'ap-south-1': ['0.6', '1.44'],
      'ap-southeast-3': ['0.6', '1.44'],
      'eu-central-1': ['0.6', '1.44'],
      'eu-south-1': ['0.6', '1.44'],
      'eu-west-1': ['0.6', '1.44'],
      'eu-west-2': ['0.78', '1.86'],
      'sa-east-1': ['0.6', '1.44'],
    },
  }),
  'qwen.qwen3-next-80b-a3b': uniformPrice(PI_AI, ['0.15', '1.2'], {
    tiers: { flex: ['0.07', '0.6'], priority: ['0.26', '2.1'] },
    regions: {
      'ap-northeast-1': ['0.18', '1.45'],
      'ap-south-1': ['0.18', '1.41'],
      'ap-southeast-2': ['0.1545', '1.236'],
      'eu-west-1': ['0.18', '1.41'],
      'eu-west-2': ['0.23', '1.86'],
      'sa-east-1': ['0.18', '1.45'],
    },
  }),
  'qwen.qwen3-vl-235b-a22b': uniformPrice(PI_AI, ['0.53', '2.66'], { tiers: { priority: ['0.93', '4.66'] } }),
};

/** Prices of Meta, Mistral, DeepSeek and Qwen. */
export const FAMILY_PRICES: PriceRows = { ...META_PRICES, ...MISTRAL_PRICES, ...DEEPSEEK_PRICES, ...QWEN_PRICES };
