/**
 * Chat models of vendors with few models on Bedrock: xAI, Moonshot, Z.ai, MiniMax, NVIDIA, Google, Writer. Ids, limits,
 * profiles: the pi-ai catalog of 2026-11-10. Ends of life and tiers: LiteLLM 1.110.2 of AWS's lifecycle page
 * and price list (2026-11).
 * If the catalog lists a bare id beside profiles, the profiles are used: whether bedrock-runtime accepts the bare id is
 * uncertain (2026-11-22).
 */
import { NATIVE_FORMAT, PALMYRA, BASELINE_RULES, RULES_WITH_SERVICE_TIERS } from '../rules/family-rules.ts';
import type { Model, ModelRules } from '../types/model.ts';
import { onDemandModel, profileOnlyModel } from './model-builders.ts';

const WORLDWIDE = { prefixes: ['us', 'global'] } as const;

function textOnly(contextTokens: number, maxOutputTokens: number): ModelRules {
  return { ...BASELINE_RULES, contextTokens, maxOutputTokens };
}

function withVision(contextTokens: number, maxOutputTokens: number): ModelRules {
  return { ...textOnly(contextTokens, maxOutputTokens), vision: true };
}

/** Chat models of vendors with few models on Bedrock. */
export const OTHER_MODELS: readonly Model[] = [
  profileOnlyModel('grok-4.7', 'Grok 4.7', 'xai.grok-4.7', {
    ...WORLDWIDE,
    rules: { ...withVision(500_000, 500_000), ...RULES_WITH_SERVICE_TIERS },
  }),
  profileOnlyModel('grok-4.6', 'Grok 4.6', 'xai.grok-4.6', {
    ...WORLDWIDE,
    rules: { ...withVision(500_000, 500_000), ...RULES_WITH_SERVICE_TIERS },
  }),
  onDemandModel('grok-4.3', 'Grok 4.3', 'xai.grok-4.3', {
    rules: { ...withVision(1_000_000, 131_072), ...RULES_WITH_SERVICE_TIERS },
  }),
  profileOnlyModel('kimi-k3.1', 'Kimi K3.1', 'moonshotai.kimi-k3.1', {
    ...WORLDWIDE,
    rules: { ...withVision(1_048_576, 1_048_576), ...RULES_WITH_SERVICE_TIERS },
  }),
  profileOnlyModel('kimi-k3', 'Kimi K3', 'moonshotai.kimi-k3', {
    ...WORLDWIDE,
    rules: { ...withVision(1_048_576, 128_000), ...RULES_WITH_SERVICE_TIERS },
  }),
  onDemandModel('kimi-k2.5', 'Kimi K2.5', 'moonshotai.kimi-k2.5', {
    rules: { ...withVision(262_144, 16_384), ...RULES_WITH_SERVICE_TIERS },
  }),
  // Bedrock's vendor of this model is `moonshot`, not `moonshotai`.
  onDemandModel('kimi-k2-thinking', 'Kimi K2 Thinking', 'moonshot.kimi-k2-thinking', {
    rules: { ...textOnly(262_144, 16_000), ...RULES_WITH_SERVICE_TIERS, ...NATIVE_FORMAT },
    lifecycle: { endOfLife: '2027-03-30' },
    successor: 'kimi-k2.5',
  }),
  profileOnlyModel('glm-5.3', 'GLM-5.3', 'zai.glm-5.3', {
    ...WORLDWIDE,
    rules: { ...textOnly(1_000_000, 128_000), ...RULES_WITH_SERVICE_TIERS, ...NATIVE_FORMAT },
  }),
  onDemandModel('glm-5', 'GLM-5', 'zai.glm-5', {
    rules: { ...textOnly(202_752, 131_072), ...RULES_WITH_SERVICE_TIERS, ...NATIVE_FORMAT },
  }),
  onDemandModel('glm-4.7', 'GLM-4.7', 'zai.glm-4.7', {
    rules: { ...textOnly(202_752, 131_072), ...RULES_WITH_SERVICE_TIERS },
    lifecycle: { endOfLife: '2027-03-30' },
    successor: 'glm-5',
  }),
  onDemandModel('glm-4.7-flash', 'GLM-4.7 Flash', 'zai.glm-4.7-flash', {
    rules: { ...textOnly(202_752, 131_072), ...RULES_WITH_SERVICE_TIERS },
    lifecycle: { endOfLife: '2027-03-30' },
  }),
  onDemandModel('minimax-m2.5', 'MiniMax M2.5', 'minimax.minimax-m2.5', {
    rules: { ...textOnly(196_608, 98_304), ...RULES_WITH_SERVICE_TIERS },
  }),
  onDemandModel('minimax-m2.1', 'MiniMax M2.1', 'minimax.minimax-m2.1', {
    rules: { ...textOnly(196_608, 131_072), ...RULES_WITH_SERVICE_TIERS },
    lifecycle: { endOfLife: '2027-03-30' },
    successor: 'minimax-m2.5',
  }),
  onDemandModel('minimax-m2', 'MiniMax M2', 'minimax.minimax-m2', {
    rules: { ...textOnly(204_608, 128_000), ...RULES_WITH_SERVICE_TIERS, ...NATIVE_FORMAT },
    lifecycle: { endOfLife: '2027-03-30' },
    successor: 'minimax-m2.5',
  }),
  onDemandModel('nemotron-super-3-120b', 'Nemotron 3 Super 120B', 'nvidia.nemotron-super-3-120b', {
    rules: { ...textOnly(262_144, 131_072), ...RULES_WITH_SERVICE_TIERS },
  }),
  onDemandModel('nemotron-nano-3-30b', 'Nemotron 3 Nano 30B', 'nvidia.nemotron-nano-3-30b', {
    rules: { ...textOnly(262_144, 8_192), ...RULES_WITH_SERVICE_TIERS, ...NATIVE_FORMAT },
  }),
  onDemandModel('nemotron-nano-12b-v2', 'Nemotron Nano 12B v2', 'nvidia.nemotron-nano-12b-v2', {
    rules: { ...withVision(131_072, 8_192), ...RULES_WITH_SERVICE_TIERS },
    lifecycle: { endOfLife: '2027-03-30' },
  }),
  onDemandModel('nemotron-nano-9b-v2', 'Nemotron Nano 9B v2', 'nvidia.nemotron-nano-9b-v2', {
    rules: { ...textOnly(131_072, 8_192), ...RULES_WITH_SERVICE_TIERS },
    lifecycle: { endOfLife: '2027-03-30' },
    successor: 'nemotron-nano-3-30b',
  }),
  onDemandModel('gemma-4-31b', 'Gemma 4 31B', 'google.gemma-4-31b', {
    rules: withVision(262_144, 32_768),
  }),
  onDemandModel('gemma-4-26b-a4b', 'Gemma 4 26B A4B', 'google.gemma-4-26b-a4b', {
    rules: withVision(262_144, 32_768),
  }),
  onDemandModel('gemma-4-e2b', 'Gemma 4 E2B', 'google.gemma-4-e2b', {
    rules: withVision(131_072, 8_192),
  }),
  profileOnlyModel('palmyra-x5', 'Palmyra X5', 'writer.palmyra-x5-v1:0', {
    rules: { ...PALMYRA, contextTokens: 1_040_000 },
    prefixes: ['us'],
    lifecycle: { launched: '2025-04-28', endOfLife: '2027-03-21' },
  }),
  profileOnlyModel('palmyra-x4', 'Palmyra X4', 'writer.palmyra-x4-v1:0', {
    rules: { ...PALMYRA, contextTokens: 122_880 },
    prefixes: ['us'],
    lifecycle: { launched: '2025-04-28', endOfLife: '2027-03-09' },
  }),
];
