import { invalidType, notListed } from '../../limits/field-errors.ts';
import type { ModelRules, ServiceTier } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import type { ConverseAnswer, ConverseRequest } from '../../wire/converse.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** How fast, and at what price: OpenAI's `service_tier` and Bedrock's `performanceConfig`. */
export type ServiceTierFields = Pick<ConverseRequest, 'serviceTier' | 'performanceConfig'>;

export type OpenAiServiceTier = 'auto' | 'default' | 'flex' | 'scale' | 'priority' | 'fast';

/**
 * `fast` is OpenAI's other name of `priority`. `scale` is capacity paid for in advance, as Bedrock's Reserved tier is;
 * what Bedrock says to accounts without a reservation is not documented (2026-11-22).
 */
const TIERS: Readonly<Record<OpenAiServiceTier, ServiceTier | undefined>> = {
  auto: undefined,
  default: undefined,
  flex: 'flex',
  scale: 'reserved',
  priority: 'priority',
  fast: 'priority',
};

export function prepareServiceTier(
  wish: unknown,
  rules: ModelRules,
  adjustments: Adjustments,
): ServiceTierFields['serviceTier'] {
  if (wish === undefined || wish === null) return undefined;
  if (typeof wish !== 'string' || !Object.hasOwn(TIERS, wish)) {
    throw notListed('service_tier', Object.keys(TIERS), wish);
  }
  const type = TIERS[wish as OpenAiServiceTier];
  if (type === undefined) return undefined;
  if (rules.serviceTiers?.includes(type)) return { type };
  adjustments.dropped('service_tier');
  return undefined;
}

export function preparePerformance(
  wish: unknown,
  param: string,
  rules: ModelRules,
  adjustments: Adjustments,
): ServiceTierFields['performanceConfig'] {
  if (wish === undefined || wish === null) return undefined;
  if (!isRecord(wish)) throw invalidType(param, 'an object', wish);
  const latency = wish['latency'] ?? 'standard';
  if (latency === 'standard') return undefined;
  if (latency !== 'optimized') throw notListed(`${param}.latency`, ['standard', 'optimized'], latency);
  if (rules.optimizedLatency) return { latency };
  adjustments.dropped(param);
  return undefined;
}

/** The tier that served an answer, in OpenAI's words; undefined where Bedrock does not tell. */
export function openAiServiceTierOf(tier: ConverseAnswer['serviceTier']): OpenAiServiceTier | undefined {
  switch (tier?.type) {
    case 'flex':
    case 'priority':
    case 'default':
      return tier.type;
    case 'reserved':
      return 'scale';
    case undefined:
      return undefined;
    default:
      // A tier of next year: better no word than a wrong one.
      tier?.type satisfies undefined;
      return undefined;
  }
}
