/**
 * Prices of vendors with few models: input, output, cache read, cache write, in USD per million tokens. Regions and
 * rounded tiers: LiteLLM 1.110.2, which names AWS's price list.
 */
import { geographicPrice, uniformPrice, type PriceRows, type TokenRates } from './list-price.ts';
import { PI_AI } from './price-origins.ts';

/** Prices of MiniMax M2.1 and M2.5 in the regions that cost more than those of the United States. */
const MINIMAX_REGIONS: Readonly<Record<string, TokenRates>> = {
  'ap-northeast-1': ['0.36', '1.44'],
  'ap-south-1': ['0.36', '1.44'],
  'ap-southeast-3': ['0.36', '1.44'],
  'eu-central-1': ['0.36', '1.44'],
  'eu-north-1': ['0.36', '1.44'],
  'eu-south-1': ['0.36', '1.44'],
  'eu-west-1': ['0.36', '1.44'],
  'eu-west-2': ['0.47', '1.86'],
  'sa-east-1': ['0.36', '1.44'],
};

/** Prices of xAI, Moonshot, Z.ai, MiniMax, NVIDIA, Google and Writer. */
export const OTHER_PRICES: PriceRows = {
  'xai.grok-4.7': geographicPrice(PI_AI, ['2', '6', '0.5']),
  'xai.grok-4.6': geographicPrice(PI_AI, ['2', '6', '0.5']),
  'xai.grok-4.3': uniformPrice(PI_AI, ['1.25', '2.5', '0.2']),
  'moonshotai.kimi-k3.1': geographicPrice(PI_AI, ['4', '20', '0.2', '5']),
  'moonshotai.kimi-k3': geographicPrice(PI_AI, ['3', '15', '0.3', '3.75']),
  'moonshotai.kimi-k2.5': uniformPrice(PI_AI, ['0.6', '3'], {
    regions: {
      'ap-northeast-1': ['0.72', '3.6'],
      'ap-south-1': ['0.72', '3.6'],
      'ap-southeast-3': ['0.72', '3.6'],
      'eu-north-1': ['0.72', '3.6'],
      'sa-east-1': ['0.72', '3.6'],
    },
  }),
  'moonshot.kimi-k2-thinking': uniformPrice(PI_AI, ['0.6', '2.5'], {
    tiers: { priority: ['1.05', '4.38'] },
    regions: {
      'ap-northeast-1': ['0.73', '3.03'],
      'ap-south-1': ['0.71', '2.94'],
      'sa-east-1': ['0.73', '3.03'],
    },
  }),
  'zai.glm-5.3': geographicPrice(PI_AI, ['1.68', '5.28', '0.312', '2.1']),
  'zai.glm-5': uniformPrice(PI_AI, ['1', '3.2']),
  'zai.glm-4.7': uniformPrice(PI_AI, ['0.6', '2.2']),
  'zai.glm-4.7-flash': uniformPrice(PI_AI, ['0.07', '0.4']),
  'minimax.minimax-m2.5': uniformPrice(PI_AI, ['0.3', '1.2'], {
    regions: { ...MINIMAX_REGIONS, 'ap-southeast-2': ['0.31', '1.24'] },
  }),
  'minimax.minimax-m2.1': uniformPrice(PI_AI, ['0.3', '1.2'], { regions: MINIMAX_REGIONS }),
  'minimax.minimax-m2': uniformPrice(PI_AI, ['0.3', '1.2'], { tiers: { priority: ['0.52', '2.1'] } }),
  'nvidia.nemotron-super-3-120b': uniformPrice(PI_AI, ['0.15', '0.65'], { regions: { 'eu-west-2': ['0.23', '1.01'] } }),
  'nvidia.nemotron-nano-3-30b': uniformPrice(PI_AI, ['0.06', '0.24'], { tiers: { priority: ['0.11', '0.42'] } }),
  'nvidia.nemotron-nano-12b-v2': uniformPrice(PI_AI, ['0.2', '0.6']),
  'nvidia.nemotron-nano-9b-v2': uniformPrice(PI_AI, ['0.06', '0.23'], {
    tiers: { flex: ['0.03', '0.12'], priority: ['0.11', '0.4'] },
  }),
  'google.gemma-4-31b': uniformPrice(PI_AI, ['0.14', '0.4']),
  'google.gemma-4-26b-a4b': uniformPrice(PI_AI, ['0.13', '0.4']),
  'google.gemma-4-e2b': uniformPrice(PI_AI, ['0.04', '0.08']),
  'writer.palmyra-x5-v1:0': uniformPrice(PI_AI, ['0.6', '6']),
  'writer.palmyra-x4-v1:0': uniformPrice(PI_AI, ['2.5', '10']),
};
