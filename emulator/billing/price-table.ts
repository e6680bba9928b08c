/**
 * The emulator's own prices, in pico-USD for each token: input, output, cache read, cache write for five minutes. One pico-USD
 * for each token is one USD for a million million tokens, so 5_000_000 is 5 USD per million. They were written from the
 * sources (LiteLLM 1.110.2 of 2026-11, copies of AWS's price list), not from the gateway, whose prices they check.
 */
export type Prices = readonly [input: number, output: number, cacheRead: number, cacheWrite: number];

/** Prices of a model. */
export interface PricedModel {
  /** Prices of the global profile, or everywhere without a surcharge. */
  base: Prices;
  /** Percent for all places but the global profile. 100 if absent. */
  geographyPercent?: 110;
  /** Prices of single geographies, by prefix. */
  places?: Readonly<Record<string, Prices>>;
  /** Prices of the whole call above this number of prompt tokens. */
  long?: { above: number; prices: Prices };
  /** Prices of a tier that AWS rounds. */
  priority?: Prices;
  flex?: Prices;
}

function surcharged(base: Prices, long?: PricedModel['long']): PricedModel {
  return { base, geographyPercent: 110, ...(long && { long }) };
}

function same(input: number, output: number, cacheRead = input, cacheWrite = input): PricedModel {
  return { base: [input, output, cacheRead, cacheWrite] };
}

const SONNET_LONG = { above: 200_000, prices: [6_000_000, 22_500_000, 600_000, 7_500_000] } as const;

/** Prices by foundation model id. */
export const PRICES: Readonly<Record<string, PricedModel>> = {
  'anthropic.claude-mythos-5': surcharged([10_000_000, 50_000_000, 1_000_000, 12_500_000]),
  'anthropic.claude-fable-5-2': surcharged([8_000_000, 40_000_000, 200_000, 10_000_000]),
  'anthropic.claude-fable-5-1': surcharged([10_000_000, 50_000_000, 250_000, 12_500_000]),
  'anthropic.claude-fable-5': surcharged([10_000_000, 50_000_000, 1_000_000, 12_500_000]),
  'anthropic.claude-opus-5-5': surcharged([4_000_000, 20_000_000, 200_000, 5_000_000]),
  'anthropic.claude-sonnet-5-5': surcharged([2_000_000, 10_000_000, 100_000, 2_500_000]),
  'anthropic.claude-haiku-5-5': surcharged([100_000, 500_000, 10_000, 125_000], {
    above: 100_000,
    prices: [500_000, 2_500_000, 50_000, 625_000],
  }),
  'anthropic.claude-opus-5': surcharged([5_000_000, 25_000_000, 500_000, 6_250_000]),
  'anthropic.claude-sonnet-5': surcharged([2_000_000, 10_000_000, 200_000, 2_500_000]),
  'anthropic.claude-opus-4-8': surcharged([5_000_000, 25_000_000, 500_000, 6_250_000]),
  'anthropic.claude-opus-4-7': surcharged([5_000_000, 25_000_000, 500_000, 6_250_000]),
  'anthropic.claude-opus-4-6-v1': surcharged([5_000_000, 25_000_000, 500_000, 6_250_000]),
  'anthropic.claude-sonnet-4-6': surcharged([3_000_000, 15_000_000, 300_000, 3_750_000]),
  'anthropic.claude-opus-4-5-20251101-v1:0': surcharged([5_000_000, 25_000_000, 500_000, 6_250_000]),
  'anthropic.claude-sonnet-4-5-20250929-v1:0': surcharged([3_000_000, 15_000_000, 300_000, 3_750_000], SONNET_LONG),
  'anthropic.claude-haiku-4-5-20251001-v1:0': surcharged([1_000_000, 5_000_000, 100_000, 1_250_000]),
  'anthropic.claude-opus-4-1-20250805-v1:0': same(15_000_000, 75_000_000, 1_500_000, 18_750_000),
  'anthropic.claude-sonnet-4-20250514-v1:0': { ...same(3_000_000, 15_000_000, 300_000, 3_750_000), long: SONNET_LONG },
  'anthropic.claude-opus-4-20250514-v1:0': same(15_000_000, 75_000_000, 1_500_000, 18_750_000),
  'anthropic.claude-3-7-sonnet-20250219-v1:0': same(3_000_000, 15_000_000, 300_000, 3_750_000),
  'anthropic.claude-3-5-haiku-20241022-v1:0': same(800_000, 4_000_000, 80_000, 1_000_000),
  'anthropic.claude-3-5-sonnet-20241022-v2:0': same(3_000_000, 15_000_000, 300_000, 3_750_000),
  'anthropic.claude-3-5-sonnet-20240620-v1:0': same(3_000_000, 15_000_000, 300_000, 3_750_000),
  'anthropic.claude-3-opus-20240229-v1:0': same(15_000_000, 75_000_000, 1_500_000, 18_750_000),
  'anthropic.claude-3-sonnet-20240229-v1:0': same(3_000_000, 15_000_000),
  'anthropic.claude-3-haiku-20240307-v1:0': same(250_000, 1_250_000),
  'anthropic.claude-v2:1': same(8_000_000, 24_000_000),
  'anthropic.claude-v2': same(8_000_000, 24_000_000),
  'anthropic.claude-instant-v1': same(800_000, 2_400_000),
  'amazon.nova-micro-v1:0': {
    ...same(35_000, 140_000, 8_750, 35_000),
    places: { eu: [40_000, 160_000, 10_000, 40_000], apac: [37_000, 148_000, 9_250, 37_000] },
  },
  'amazon.nova-lite-v1:0': {
    ...same(60_000, 240_000, 15_000, 60_000),
    places: {
      eu: [69_000, 276_000, 17_250, 69_000],
      apac: [63_000, 252_000, 15_750, 63_000],
      ca: [64_000, 256_000, 16_000, 64_000],
    },
  },
  'amazon.nova-pro-v1:0': {
    ...same(800_000, 3_200_000, 200_000, 800_000),
    places: { eu: [920_000, 3_680_000, 230_000, 920_000], apac: [840_000, 3_360_000, 210_000, 840_000] },
  },
  'amazon.nova-2-lite-v1:0': {
    ...surcharged([300_000, 2_500_000, 75_000, 300_000]),
    places: { eu: [374_000, 3_157_000, 93_500, 374_000], jp: [396_000, 3_311_000, 99_000, 396_000] },
  },
  'meta.llama3-1-8b-instruct-v1:0': same(220_000, 220_000),
  'meta.llama3-3-70b-instruct-v1:0': same(720_000, 720_000),
  'meta.llama4-scout-17b-instruct-v1:0': same(170_000, 660_000),
  'meta.llama4-maverick-17b-instruct-v1:0': same(240_000, 970_000),
  'mistral.mistral-large-3-675b-instruct': {
    ...same(500_000, 1_500_000),
    priority: [880_000, 2_630_000, 880_000, 880_000],
  },
  'mistral.ministral-3-8b-instruct': {
    ...same(150_000, 150_000),
    flex: [70_000, 70_000, 70_000, 70_000],
    priority: [260_000, 260_000, 260_000, 260_000],
  },
  'mistral.pixtral-large-2502-v1:0': same(2_000_000, 6_000_000),
  'mistral.voxtral-small-24b-2507': {
    ...same(100_000, 300_000),
    priority: [170_000, 520_000, 170_000, 170_000],
  },
  'deepseek.v3.2': same(620_000, 1_850_000),
  'deepseek.v3-v1:0': same(580_000, 1_680_000),
  'deepseek.r1-v1:0': same(1_350_000, 5_400_000),
  'qwen.qwen3-235b-a22b-2507-v1:0': same(220_000, 880_000),
  'qwen.qwen3-32b-v1:0': same(150_000, 600_000),
  'qwen.qwen3-coder-30b-a3b-v1:0': same(150_000, 600_000),
  'openai.gpt-oss-20b-1:0': same(70_000, 300_000),
  'openai.gpt-oss-120b-1:0': same(150_000, 600_000),
  'zai.glm-5': same(1_000_000, 3_200_000),
  'openai.gpt-6.2-sol': surcharged([2_000_000, 10_000_000, 100_000, 2_500_000], {
    above: 272_000,
    prices: [4_000_000, 15_000_000, 200_000, 5_000_000],
  }),
  'openai.gpt-6-sol': surcharged([2_000_000, 10_000_000, 200_000, 2_500_000], {
    above: 272_000,
    prices: [4_000_000, 15_000_000, 400_000, 5_000_000],
  }),
  'amazon.titan-embed-text-v1': same(100_000, 0),
  'amazon.titan-embed-text-v2:0': same(20_000, 0),
  'amazon.nova-2-multimodal-embeddings-v1:0': same(135_000, 0),
  'cohere.embed-english-v3': same(100_000, 0),
  'cohere.embed-multilingual-v3': same(100_000, 0),
  'cohere.embed-v4:0': same(120_000, 0),
};

/** Pico-USD for each unit of a guardrail. */
export const GUARDRAIL_UNIT_PRICES: Readonly<Record<string, number>> = {
  contentPolicyUnits: 150_000_000,
  topicPolicyUnits: 150_000_000,
  wordPolicyUnits: 0,
  sensitiveInformationPolicyUnits: 100_000_000,
};
