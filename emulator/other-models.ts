import type { Model, OtherModelRules } from './model.ts';

const OPEN: OtherModelRules = {
  system: true,
  images: false,
  tools: true,
  toolChoice: true,
  textWithToolResults: true,
  toolUseId: undefined,
  stopSequences: true,
  reasoningField: undefined,
  reasons: 'never',
};
/** Sources: AWS API reference, ToolResultContentBlock; AWS user guide, API restrictions. */
const NOVA: OtherModelRules = { ...OPEN, images: true, imagesInResults: true, largeDocuments: ['pdf', 'docx'] };
const LLAMA: OtherModelRules = { ...OPEN, toolChoice: false, textWithToolResults: false };
// Mistral's chat template requires ids of exactly nine letters and digits.
const MISTRAL: OtherModelRules = { ...OPEN, textWithToolResults: false, toolUseId: /^[a-zA-Z0-9]{9}$/ };

const DEEPSEEK: OtherModelRules = {
  ...OPEN,
  textFormat: true,
  stopSequences: false,
  reasoningField: 'reasoning_config',
  reasons: 'when-asked',
};
const QWEN: OtherModelRules = { ...OPEN, stopSequences: false, textFormat: true };
const GPT_OSS: OtherModelRules = {
  ...OPEN,
  stopSequences: false,
  reasoningField: 'reasoning_effort',
  reasons: 'always',
};
const GPT: OtherModelRules = { ...OPEN, images: true, reasoningField: 'reasoning', reasons: 'when-asked' };

/** Models from before 2026-09-07 with this end of life on AWS's lifecycle page (LiteLLM 1.110.2, 2026-11). */
const ENDING_IN_MARCH_2027: readonly string[] = [
  'meta.llama3-1-8b-instruct-v1:0',
  'meta.llama3-3-70b-instruct-v1:0',
  'meta.llama4-scout-17b-instruct-v1:0',
  'meta.llama4-maverick-17b-instruct-v1:0',
  'mistral.voxtral-small-24b-2507',
  'deepseek.v3-v1:0',
  'deepseek.r1-v1:0',
  'qwen.qwen3-coder-30b-a3b-v1:0',
];

function other(
  id: string,
  name: string,
  provider: string,
  profiles: string,
  plain: OtherModelRules,
  contextTokens: number,
  outputTokens: number,
  rest: Partial<Model> = {},
): Model {
  return {
    id,
    name,
    provider,
    profiles: profiles.split(' ').filter(Boolean),
    onDemand: true,
    contextTokens,
    outputTokens,
    countsTokens: false,
    plain,
    ...(ENDING_IN_MARCH_2027.includes(id) && { endOfLife: '2027-03-30' }),
    ...rest,
  };
}

/** Source of limits and profiles: pi-ai's list of Bedrock's models, 2026-11-10. */
export const OTHER_MODELS: readonly Model[] = [
  other(
    'amazon.nova-micro-v1:0',
    'Nova Micro',
    'Amazon',
    'us eu apac',
    { ...OPEN, documents: false },
    128_000,
    10_000,
    {
      cacheMinimum: 1024,
    },
  ),
  other('amazon.nova-lite-v1:0', 'Nova Lite', 'Amazon', 'us eu apac ca', NOVA, 300_000, 10_000, {
    cacheMinimum: 1024,
  }),
  other('amazon.nova-pro-v1:0', 'Nova Pro', 'Amazon', 'us eu apac', NOVA, 300_000, 10_000, {
    cacheMinimum: 1024,
  }),
  other(
    'amazon.nova-2-lite-v1:0',
    'Nova 2 Lite',
    'Amazon',
    'us eu jp global',
    { ...NOVA, reasoningField: 'reasoningConfig', reasons: 'when-asked' },
    1_000_000,
    65_535,
    { onDemand: false, cacheMinimum: 1024 },
  ),
  other('meta.llama3-1-8b-instruct-v1:0', 'Llama 3.1 8B Instruct', 'Meta', 'us', LLAMA, 128_000, 4096),
  other('meta.llama3-3-70b-instruct-v1:0', 'Llama 3.3 70B Instruct', 'Meta', 'us', LLAMA, 128_000, 4096, {
    onDemand: false,
  }),
  other(
    'meta.llama4-scout-17b-instruct-v1:0',
    'Llama 4 Scout 17B Instruct',
    'Meta',
    'us',
    { ...LLAMA, images: true },
    10_000_000,
    8192,
    { onDemand: false },
  ),
  other(
    'meta.llama4-maverick-17b-instruct-v1:0',
    'Llama 4 Maverick 17B Instruct',
    'Meta',
    'us',
    { ...LLAMA, images: true },
    1_000_000,
    8192,
    { onDemand: false },
  ),
  other(
    'mistral.mistral-large-3-675b-instruct',
    'Mistral Large 3',
    'Mistral AI',
    '',
    { ...MISTRAL, images: true, textFormat: true },
    262_144,
    8192,
  ),
  other(
    'mistral.ministral-3-8b-instruct',
    'Ministral 3 8B',
    'Mistral AI',
    '',
    { ...MISTRAL, images: true, textFormat: true },
    128_000,
    4096,
  ),
  other(
    'mistral.pixtral-large-2502-v1:0',
    'Pixtral Large (25.02)',
    'Mistral AI',
    'us eu',
    { ...MISTRAL, images: true },
    128_000,
    8192,
    { onDemand: false },
  ),
  other(
    'mistral.voxtral-small-24b-2507',
    'Voxtral Small 24B',
    'Mistral AI',
    '',
    { ...MISTRAL, audio: true, textFormat: true },
    32_768,
    8192,
  ),
  other('deepseek.v3.2', 'DeepSeek V3.2', 'DeepSeek', '', DEEPSEEK, 163_840, 81_920),
  other('deepseek.v3-v1:0', 'DeepSeek V3.1', 'DeepSeek', '', DEEPSEEK, 163_840, 81_920),
  other(
    'deepseek.r1-v1:0',
    'DeepSeek R1',
    'DeepSeek',
    'us',
    { ...OPEN, tools: false, reasons: 'always' },
    128_000,
    32_768,
    { onDemand: false },
  ),
  other('qwen.qwen3-235b-a22b-2507-v1:0', 'Qwen3 235B A22B 2507', 'Qwen', '', QWEN, 262_144, 131_072),
  other(
    'qwen.qwen3-32b-v1:0',
    'Qwen3 32B',
    'Qwen',
    '',
    { ...QWEN, reasoningField: 'reasoning_config', reasons: 'when-asked' },
    32_768,
    16_384,
  ),
  other('qwen.qwen3-coder-30b-a3b-v1:0', 'Qwen3 Coder 30B A3B', 'Qwen', '', QWEN, 262_144, 131_072),
  other('openai.gpt-oss-20b-1:0', 'gpt-oss-20b', 'OpenAI', '', GPT_OSS, 131_072, 128_000),
  other('openai.gpt-oss-120b-1:0', 'gpt-oss-120b', 'OpenAI', '', GPT_OSS, 131_072, 128_000),
  other('zai.glm-5', 'GLM-5', 'Z.AI', '', { ...OPEN, textFormat: true }, 202_752, 131_072),
  other('openai.gpt-6.2-sol', 'GPT-6.2 Sol', 'OpenAI', 'us global', GPT, 1_050_000, 128_000, { onDemand: false }),
  other('openai.gpt-6-sol', 'GPT-6 Sol', 'OpenAI', 'us global', GPT, 1_050_000, 128_000, { onDemand: false }),
];

function embedding(
  id: string,
  name: string,
  provider: string,
  embeds: NonNullable<Model['embeds']>,
  rest: Partial<Model> = {},
): Model {
  return { ...other(id, name, provider, '', OPEN, 8192, 0), plain: undefined, embeds, ...rest };
}

export const EMBEDDING_MODELS: readonly Model[] = [
  embedding('amazon.titan-embed-text-v1', 'Titan Embeddings G1 - Text', 'Amazon', 'titan-v1'),
  embedding('amazon.titan-embed-text-v2:0', 'Titan Text Embeddings V2', 'Amazon', 'titan-v2'),
  embedding('amazon.nova-2-multimodal-embeddings-v1:0', 'Nova 2 Multimodal Embeddings', 'Amazon', 'nova'),
  embedding('cohere.embed-english-v3', 'Embed English', 'Cohere', 'cohere-v3', { contextTokens: 512 }),
  embedding('cohere.embed-multilingual-v3', 'Embed Multilingual', 'Cohere', 'cohere-v3', { contextTokens: 512 }),
  embedding('cohere.embed-v4:0', 'Embed v4', 'Cohere', 'cohere-v4', {
    contextTokens: 128_000,
    profiles: ['us', 'eu', 'global'],
  }),
];
