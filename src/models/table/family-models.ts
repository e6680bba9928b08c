/**
 * Chat models of Amazon, Meta, Mistral, DeepSeek and Qwen on Bedrock. Ids, limits and profiles: the pi-ai
 * catalog of 2026-11-10. Launch dates: AWS announcements, if known. Ends of life and tiers: LiteLLM 1.110.2 of AWS's
 * lifecycle page and price list (2026-11). Titan and other embedding models, Sonic, Canvas and Reel are no chat models.
 */
import {
  DEEPSEEK,
  DEEPSEEK_R1,
  LLAMA,
  MISTRAL,
  NATIVE_FORMAT,
  NOVA,
  NOVA_2,
  NOVA_MICRO,
  QWEN,
  RULES_WITH_SERVICE_TIERS,
} from '../rules/family-rules.ts';
import type { Model } from '../types/model.ts';
import { onDemandModel, profileOnlyModel } from './model-builders.ts';

const AMAZON: readonly Model[] = [
  profileOnlyModel('nova-2-lite', 'Nova 2 Lite', 'amazon.nova-2-lite-v1:0', {
    rules: NOVA_2,
    prefixes: ['us', 'eu', 'jp', 'global'],
    lifecycle: { launched: '2025-12-02' },
  }),
  profileOnlyModel('nova-premier', 'Nova Premier', 'amazon.nova-premier-v1:0', {
    rules: { ...NOVA, ...RULES_WITH_SERVICE_TIERS, contextTokens: 1_000_000 },
    prefixes: ['us'],
    // Retired in September 2026. The exact day is uncertain (2026-11-22).
    lifecycle: { launched: '2025-04-30', endOfLife: '2026-09-30' },
    successor: 'nova-2-lite',
  }),
  onDemandModel('nova-pro', 'Nova Pro', 'amazon.nova-pro-v1:0', {
    // Optimized latency: AWS's list of 2024-12, with Llama 3.1 and Claude 3.5 Haiku.
    rules: { ...NOVA, ...RULES_WITH_SERVICE_TIERS, optimizedLatency: true },
    prefixes: ['us', 'eu', 'apac'],
    lifecycle: { launched: '2024-12-03' },
  }),
  onDemandModel('nova-lite', 'Nova Lite', 'amazon.nova-lite-v1:0', {
    rules: NOVA,
    prefixes: ['us', 'eu', 'apac', 'ca'],
    lifecycle: { launched: '2024-12-03' },
  }),
  onDemandModel('nova-micro', 'Nova Micro', 'amazon.nova-micro-v1:0', {
    rules: NOVA_MICRO,
    prefixes: ['us', 'eu', 'apac'],
    lifecycle: { launched: '2024-12-03' },
  }),
];

const META: readonly Model[] = [
  profileOnlyModel('llama4-maverick-17b-instruct', 'Llama 4 Maverick 17B', 'meta.llama4-maverick-17b-instruct-v1:0', {
    rules: { ...LLAMA, contextTokens: 1_000_000, maxOutputTokens: 8_192, vision: true },
    prefixes: ['us'],
    lifecycle: { launched: '2025-04-28', endOfLife: '2027-03-30' },
  }),
  profileOnlyModel('llama4-scout-17b-instruct', 'Llama 4 Scout 17B', 'meta.llama4-scout-17b-instruct-v1:0', {
    rules: { ...LLAMA, contextTokens: 10_000_000, maxOutputTokens: 8_192, vision: true },
    prefixes: ['us'],
    lifecycle: { launched: '2025-04-28', endOfLife: '2027-03-30' },
  }),
  profileOnlyModel('llama3-3-70b-instruct', 'Llama 3.3 70B', 'meta.llama3-3-70b-instruct-v1:0', {
    rules: LLAMA,
    prefixes: ['us'],
    lifecycle: { launched: '2024-12-19', endOfLife: '2027-03-30' },
  }),
  onDemandModel('llama3-1-70b-instruct', 'Llama 3.1 70B', 'meta.llama3-1-70b-instruct-v1:0', {
    rules: { ...LLAMA, optimizedLatency: true },
    prefixes: ['us'],
    lifecycle: { launched: '2024-07-23', endOfLife: '2027-03-30' },
  }),
  onDemandModel('llama3-1-8b-instruct', 'Llama 3.1 8B', 'meta.llama3-1-8b-instruct-v1:0', {
    rules: LLAMA,
    prefixes: ['us'],
    lifecycle: { launched: '2024-07-23', endOfLife: '2027-03-30' },
  }),
];

const MISTRAL_AI: readonly Model[] = [
  onDemandModel('mistral-large-3-675b-instruct', 'Mistral Large 3', 'mistral.mistral-large-3-675b-instruct', {
    rules: { ...MISTRAL, ...RULES_WITH_SERVICE_TIERS, ...NATIVE_FORMAT, contextTokens: 262_144, vision: true },
    aliases: ['mistral-large-3'],
    lifecycle: { launched: '2025-12-02' },
  }),
  onDemandModel('ministral-3-14b-instruct', 'Ministral 3 14B', 'mistral.ministral-3-14b-instruct', {
    rules: { ...MISTRAL, ...RULES_WITH_SERVICE_TIERS, ...NATIVE_FORMAT, maxOutputTokens: 4_096, vision: true },
  }),
  onDemandModel('ministral-3-8b-instruct', 'Ministral 3 8B', 'mistral.ministral-3-8b-instruct', {
    rules: { ...MISTRAL, ...RULES_WITH_SERVICE_TIERS, ...NATIVE_FORMAT, maxOutputTokens: 4_096, vision: true },
  }),
  onDemandModel('ministral-3-3b-instruct', 'Ministral 3 3B', 'mistral.ministral-3-3b-instruct', {
    rules: { ...MISTRAL, ...RULES_WITH_SERVICE_TIERS, ...NATIVE_FORMAT, contextTokens: 256_000, vision: true },
  }),
  onDemandModel('magistral-small', 'Magistral Small 1.2', 'mistral.magistral-small-2509', {
    rules: { ...MISTRAL, ...RULES_WITH_SERVICE_TIERS, maxOutputTokens: 40_000, vision: true },
    aliases: ['magistral-small-2509'],
  }),
  onDemandModel('devstral-2-123b', 'Devstral 2 123B', 'mistral.devstral-2-123b', {
    rules: { ...MISTRAL, ...RULES_WITH_SERVICE_TIERS, contextTokens: 262_144 },
    lifecycle: { endOfLife: '2027-03-30' },
    successor: 'mistral-large-3-675b-instruct',
  }),
  profileOnlyModel('pixtral-large', 'Pixtral Large', 'mistral.pixtral-large-2502-v1:0', {
    rules: { ...MISTRAL, vision: true },
    aliases: ['pixtral-large-2502'],
    prefixes: ['us', 'eu'],
    lifecycle: { launched: '2025-04-08' },
  }),
  onDemandModel('voxtral-small-24b', 'Voxtral Small 24B', 'mistral.voxtral-small-24b-2507', {
    rules: { ...MISTRAL, ...RULES_WITH_SERVICE_TIERS, ...NATIVE_FORMAT, contextTokens: 32_768, audio: true },
    aliases: ['voxtral-small-24b-2507'],
    lifecycle: { endOfLife: '2027-03-30' },
  }),
  onDemandModel('voxtral-mini-3b', 'Voxtral Mini 3B', 'mistral.voxtral-mini-3b-2507', {
    rules: {
      ...MISTRAL,
      ...RULES_WITH_SERVICE_TIERS,
      ...NATIVE_FORMAT,
      contextTokens: 32_768,
      maxOutputTokens: 4_096,
      audio: true,
    },
    aliases: ['voxtral-mini-3b-2507'],
    lifecycle: { endOfLife: '2027-03-30' },
  }),
];

const DEEPSEEK_MODELS: readonly Model[] = [
  onDemandModel('deepseek-v3.2', 'DeepSeek V3.2', 'deepseek.v3.2', {
    rules: {
      ...DEEPSEEK,
      ...RULES_WITH_SERVICE_TIERS,
      ...NATIVE_FORMAT,
      contextTokens: 163_840,
      maxOutputTokens: 81_920,
    },
  }),
  onDemandModel('deepseek-v3', 'DeepSeek V3.1', 'deepseek.v3-v1:0', {
    rules: {
      ...DEEPSEEK,
      ...NATIVE_FORMAT,
      ...RULES_WITH_SERVICE_TIERS,
      contextTokens: 163_840,
      maxOutputTokens: 81_920,
    },
    aliases: ['deepseek-v3.1'],
    lifecycle: { launched: '2025-09-18', endOfLife: '2027-03-30' },
    successor: 'deepseek-v3.2',
  }),
  profileOnlyModel('deepseek-r1', 'DeepSeek R1', 'deepseek.r1-v1:0', {
    rules: { ...DEEPSEEK_R1, maxOutputTokens: 32_768 },
    prefixes: ['us'],
    lifecycle: { launched: '2025-03-10', endOfLife: '2027-03-30' },
    successor: 'deepseek-v3.2',
  }),
];

const LONG = { contextTokens: 262_144 } as const;

const QWEN_MODELS: readonly Model[] = [
  onDemandModel('qwen3-235b-a22b', 'Qwen3 235B A22B', 'qwen.qwen3-235b-a22b-2507-v1:0', {
    rules: { ...QWEN, ...NATIVE_FORMAT, ...RULES_WITH_SERVICE_TIERS, ...LONG, maxOutputTokens: 131_072 },
    aliases: ['qwen3-235b-a22b-2507'],
    lifecycle: { launched: '2025-09-18' },
  }),
  onDemandModel('qwen3-32b', 'Qwen3 32B', 'qwen.qwen3-32b-v1:0', {
    // The only Qwen model of this table that reasons. The field is assumed to be DeepSeek's (uncertain, 2026-11-22).
    rules: {
      ...QWEN,
      ...NATIVE_FORMAT,
      ...RULES_WITH_SERVICE_TIERS,
      contextTokens: 32_768,
      maxOutputTokens: 16_384,
      reasoningField: 'reasoning_config',
    },
    lifecycle: { launched: '2025-09-18' },
  }),
  onDemandModel('qwen3-coder-480b-a35b', 'Qwen3 Coder 480B A35B', 'qwen.qwen3-coder-480b-a35b-v1:0', {
    rules: { ...QWEN, ...NATIVE_FORMAT, ...RULES_WITH_SERVICE_TIERS, contextTokens: 131_072, maxOutputTokens: 65_536 },
    lifecycle: { launched: '2025-09-18', endOfLife: '2027-03-30' },
    successor: 'qwen3-coder-next',
  }),
  onDemandModel('qwen3-coder-30b-a3b', 'Qwen3 Coder 30B A3B', 'qwen.qwen3-coder-30b-a3b-v1:0', {
    rules: { ...QWEN, ...NATIVE_FORMAT, ...RULES_WITH_SERVICE_TIERS, ...LONG, maxOutputTokens: 131_072 },
    lifecycle: { launched: '2025-09-18', endOfLife: '2027-03-30' },
    successor: 'qwen3-coder-next',
  }),
  onDemandModel('qwen3-coder-next', 'Qwen3 Coder Next', 'qwen.qwen3-coder-next', {
    rules: { ...QWEN, ...RULES_WITH_SERVICE_TIERS, ...LONG, maxOutputTokens: 65_536 },
  }),
  onDemandModel('qwen3-next-80b-a3b', 'Qwen3 Next 80B A3B', 'qwen.qwen3-next-80b-a3b', {
    rules: { ...QWEN, ...RULES_WITH_SERVICE_TIERS, ...NATIVE_FORMAT, ...LONG, maxOutputTokens: 262_000 },
  }),
  onDemandModel('qwen3-vl-235b-a22b', 'Qwen3 VL 235B A22B', 'qwen.qwen3-vl-235b-a22b', {
    rules: { ...QWEN, ...RULES_WITH_SERVICE_TIERS, ...NATIVE_FORMAT, ...LONG, maxOutputTokens: 262_000, vision: true },
  }),
];

/** Chat models of Amazon, Meta, Mistral, DeepSeek and Qwen. */
export const FAMILY_MODELS: readonly Model[] = [...AMAZON, ...META, ...MISTRAL_AI, ...DEEPSEEK_MODELS, ...QWEN_MODELS];
