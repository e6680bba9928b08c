import { invalidType, notListed } from '../../limits/field-errors.ts';
import type { ModelRules, ServiceTier } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import type { ConverseAnswer, ConverseRequest } from '../../wire/converse.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** Converse fields for speed and price: OpenAI's `service_tier` and Bedrock's `performanceConfig`. */
export type ServiceTierFields = Pick<ConverseRequest, 'serviceTier' | 'performanceConfig'>;

/** Values of OpenAI's `service_tier`. */
export type OpenAiServiceTier = 'auto' | 'default' | 'flex' | 'scale' | 'priority' | 'fast';

/**
 * Bedrock's tier for each tier of OpenAI. `fast` is OpenAI's synonym of `priority`. `scale` is capacity that is paid in
 * advance, like Bedrock's Reserved tier. Not documented: Bedrock's response to accounts without a reservation
 * (2026-11-22).
 */
const TIERS: Readonly<Record<OpenAiServiceTier, ServiceTier | undefined>> = {
  auto: undefined,
  default: undefined,
  flex: 'flex',
  scale: 'reserved',
  priority: 'priority',
  fast: 'priority',
};

/**
 * Converts OpenAI's `service_tier`. Drops and reports a tier that the model does not offer. Throws GatewayError 400 for
 * an unknown tier.
 */
export function prepareServiceTier(
  tier: unknown,
  rules: ModelRules,
  adjustments: Adjustments,
): ServiceTierFields['serviceTier'] {
  if (tier === undefined || tier === null) return undefined;
  if (typeof tier !== 'string' || !Object.hasOwn(TIERS, tier)) {
    throw notListed('service_tier', Object.keys(TIERS), tier);
  }
  const type = TIERS[tier as OpenAiServiceTier];
  if (type === undefined) return undefined;
  if (rules.serviceTiers?.includes(type)) return { type };
  adjustments.dropped('service_tier');
  return undefined;
}

/**
 * Converts `performanceConfig`. Drops and reports optimized latency if the model does not offer it. Throws GatewayError
 * 400 for invalid values. `param`: name of the field in the client's request.
 */
export function preparePerformance(
  config: unknown,
  param: string,
  rules: ModelRules,
  adjustments: Adjustments,
): ServiceTierFields['performanceConfig'] {
  if (config === undefined || config === null) return undefined;
  if (!isRecord(config)) throw invalidType(param, 'an object', config);
  const latency = config['latency'] ?? 'standard';
  if (latency === 'standard') return undefined;
  if (latency !== 'optimized') throw notListed(`${param}.latency`, ['standard', 'optimized'], latency);
  if (rules.optimizedLatency) return { latency };
  adjustments.dropped(param);
  return undefined;
}

/** Returns the tier that served an answer, in OpenAI's spelling; undefined if Bedrock does not report one. */
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
      // A tier that AWS adds later has no known name in OpenAI's API, so none is reported.
      tier?.type satisfies undefined;
      return undefined;
  }
}
