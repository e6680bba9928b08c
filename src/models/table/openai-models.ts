/**
 * OpenAI's models on Bedrock. Ids, limits and profiles: the pi-ai catalog of 2026-11-10. It also lists bare ids
 * of models with profiles. Whether bedrock-runtime accepts these is uncertain (2026-11-22), so only closed models
 * without a profile are called by their bare ids.
 */
import { GPT, GPT_OSS } from '../rules/family-rules.ts';
import type { Model, ModelRules } from '../types/model.ts';
import { onDemandModel, profileOnlyModel } from './model-builders.ts';

const WORLDWIDE = { prefixes: ['us', 'global'] } as const;
const GPT_LONG: ModelRules = { ...GPT, contextTokens: 1_050_000 };
const GPT_OSS_OPEN: ModelRules = { ...GPT_OSS, contextTokens: 131_072, maxOutputTokens: 128_000 };
const GPT_OSS_SAFEGUARD: ModelRules = { ...GPT_OSS, maxOutputTokens: 16_384 };

/** Chat models of OpenAI. */
export const OPENAI_MODELS: readonly Model[] = [
  // GPT-6.2: pi-ai 1.6.0 (2026-11-20) and openai-node 7.58 (2026-11-17).
  profileOnlyModel('gpt-6.2-astra', 'GPT-6.2 Astra', 'openai.gpt-6.2-astra', {
    ...WORLDWIDE,
    rules: GPT_LONG,
  }),
  profileOnlyModel('gpt-6.2-sol', 'GPT-6.2 Sol', 'openai.gpt-6.2-sol', {
    ...WORLDWIDE,
    rules: GPT_LONG,
  }),
  profileOnlyModel('gpt-6.1-sol', 'GPT-6.1 Sol', 'openai.gpt-6.1-sol', {
    ...WORLDWIDE,
    rules: GPT_LONG,
  }),
  profileOnlyModel('gpt-6.1-terra', 'GPT-6.1 Terra', 'openai.gpt-6.1-terra', {
    ...WORLDWIDE,
    rules: GPT_LONG,
  }),
  profileOnlyModel('gpt-6-astra', 'GPT-6 Astra', 'openai.gpt-6-astra', {
    ...WORLDWIDE,
    rules: GPT_LONG,
  }),
  profileOnlyModel('gpt-6-sol', 'GPT-6 Sol', 'openai.gpt-6-sol', {
    ...WORLDWIDE,
    rules: GPT_LONG,
  }),
  profileOnlyModel('gpt-6-luna', 'GPT-6 Luna', 'openai.gpt-6-luna', {
    ...WORLDWIDE,
    rules: GPT_LONG,
  }),
  profileOnlyModel('gpt-5.6-sol', 'GPT-5.6 Sol', 'openai.gpt-5.6-sol', {
    ...WORLDWIDE,
    rules: GPT_LONG,
  }),
  profileOnlyModel('gpt-5.6-terra', 'GPT-5.6 Terra', 'openai.gpt-5.6-terra', {
    prefixes: ['us', 'in', 'global'],
    rules: GPT_LONG,
  }),
  profileOnlyModel('gpt-5.6-luna', 'GPT-5.6 Luna', 'openai.gpt-5.6-luna', {
    prefixes: ['us', 'in', 'global'],
    rules: GPT_LONG,
  }),
  onDemandModel('gpt-5.5', 'GPT-5.5', 'openai.gpt-5.5', {
    rules: GPT,
  }),
  onDemandModel('gpt-5.4', 'GPT-5.4', 'openai.gpt-5.4', {
    rules: GPT,
  }),
  // Ids without a version belong to the mantle endpoint. Here they are aliases of the same model.
  onDemandModel('gpt-oss-120b', 'gpt-oss-120b', 'openai.gpt-oss-120b-1:0', {
    rules: GPT_OSS_OPEN,
    aliases: ['openai.gpt-oss-120b'],
    prefixes: ['us-gov'],
    lifecycle: { launched: '2025-08-05' },
  }),
  onDemandModel('gpt-oss-20b', 'gpt-oss-20b', 'openai.gpt-oss-20b-1:0', {
    rules: GPT_OSS_OPEN,
    aliases: ['openai.gpt-oss-20b'],
    prefixes: ['us-gov'],
    lifecycle: { launched: '2025-08-05' },
  }),
  onDemandModel('gpt-oss-safeguard-120b', 'gpt-oss-safeguard-120b', 'openai.gpt-oss-safeguard-120b', {
    rules: GPT_OSS_SAFEGUARD,
  }),
  onDemandModel('gpt-oss-safeguard-20b', 'gpt-oss-safeguard-20b', 'openai.gpt-oss-safeguard-20b', {
    rules: GPT_OSS_SAFEGUARD,
  }),
];
