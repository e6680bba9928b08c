import type { PriceOrigin } from '../../../usage/price-list/list-price.ts';
import { modelKey } from './model-key.ts';

/** Names that a source has for models of the gateway. */
interface BilledNames {
  readonly source: PriceOrigin;
  /** Other spellings by the gateway's name, beside those with the same key (`modelKey`). */
  readonly names: Readonly<Record<string, readonly string[]>>;
}

/**
 * Models on AWS's bill. Claude has a separate service for each model, such as `Claude Opus 5.5 (Amazon Bedrock Edition)`, and
 * usage types without a name. Other models have their name in the usage type: `USE1-NovaPro-input-tokens`.
 */
export const BILLED_MODELS: readonly BilledNames[] = [
  {
    source: {
      name: 'copies of AWS price list, offer AmazonBedrockFoundationModels, and the user guide of Bedrock, "Understanding your Amazon Bedrock Cost and Usage Report data"',
      date: '2026-09-30',
      publisher: 'third party',
    },
    names: {
      'claude-fable-5-2': [],
      'claude-haiku-5-5': [],
      'claude-sonnet-5-5': [],
      'claude-opus-5-5': [],
      'claude-fable-5-1': [],
      'claude-opus-5': [],
      'claude-sonnet-5': [],
      'claude-fable-5': [],
      'claude-opus-4-8': [],
      'claude-opus-4-7': [],
      'claude-sonnet-4-6': [],
      'claude-opus-4-6': [],
      'claude-opus-4-5': [],
      'claude-haiku-4-5': [],
      'claude-sonnet-4-5': [],
      'claude-opus-4-1': [],
      'claude-sonnet-4': [],
      'claude-opus-4': [],
      'claude-3-7-sonnet': [],
      'claude-3-5-haiku': [],
      'claude-3-5-sonnet-v2': ['anthropic.claude-3-5-sonnet-20241022-v2:0'],
      'claude-3-5-sonnet': ['anthropic.claude-3-5-sonnet-20240620-v1:0'],
      'claude-3-opus': [],
      'claude-3-haiku': [],
      'claude-3-sonnet': [],
      'claude-2': ['Claude 2.1', 'anthropic.claude-v2:1'],
      'claude-2-0': ['anthropic.claude-v2', 'Claude 2.0'],
      'claude-instant': [],
    },
  },
  {
    source: {
      name: 'copies of AWS price list, offer AmazonBedrock, and the ids of the model cards',
      date: '2026-11-20',
      publisher: 'third party',
    },
    names: {
      'nova-2-lite': [],
      'nova-premier': [],
      'nova-pro': [],
      'nova-lite': [],
      'nova-micro': [],
      'llama4-maverick-17b-instruct': [],
      'llama4-scout-17b-instruct': [],
      'llama3-3-70b-instruct': [],
      'llama3-1-70b-instruct': [],
      'llama3-1-8b-instruct': [],
      'mistral-large-3-675b-instruct': ['Mistral Large 3'],
      'ministral-3-14b-instruct': [],
      'ministral-3-8b-instruct': [],
      'ministral-3-3b-instruct': [],
      'magistral-small': ['Magistral Small 1.2', 'mistral.magistral-small-2509'],
      'devstral-2-123b': [],
      'pixtral-large': ['mistral.pixtral-large-2502-v1:0'],
      'voxtral-small-24b': ['mistral.voxtral-small-24b-2507'],
      'voxtral-mini-3b': ['mistral.voxtral-mini-3b-2507'],
      'deepseek-v3.2': ['deepseek.v3.2'],
      'deepseek-v3': ['DeepSeek V3.1', 'deepseek.v3-v1:0'],
      'deepseek-r1': ['deepseek.r1-v1:0', 'R1'],
      'qwen3-235b-a22b': ['qwen.qwen3-235b-a22b-2507-v1:0', 'Qwen3 235B A22B 2507'],
      'qwen3-32b': [],
      'qwen3-coder-480b-a35b': [],
      'qwen3-coder-30b-a3b': [],
      'qwen3-coder-next': [],
      'qwen3-next-80b-a3b': [],
      'qwen3-vl-235b-a22b': [],
      'gpt-6.2-astra': [],
      'gpt-6.2-sol': [],
      'gpt-6.1-sol': [],
      'gpt-6.1-terra': [],
      'gpt-6-astra': [],
      'gpt-6-sol': [],
      'gpt-6-luna': [],
      'gpt-5.6-sol': [],
      'gpt-5.6-terra': [],
      'gpt-5.6-luna': [],
      'gpt-5.5': [],
      'gpt-5.4': [],
      'gpt-oss-120b': [],
      'gpt-oss-20b': [],
      'gpt-oss-safeguard-120b': [],
      'gpt-oss-safeguard-20b': [],
      'grok-4.7': [],
      'grok-4.6': [],
      'grok-4.3': [],
      'kimi-k3.1': [],
      'kimi-k3': [],
      'kimi-k2.5': [],
      'kimi-k2-thinking': [],
      'glm-5.3': [],
      'glm-5': [],
      'glm-4.7': [],
      'glm-4.7-flash': [],
      'minimax-m2.5': [],
      'minimax-m2.1': [],
      'minimax-m2': [],
      'nemotron-super-3-120b': ['Nemotron 3 Super 120B'],
      'nemotron-nano-3-30b': ['Nemotron 3 Nano 30B'],
      'nemotron-nano-12b-v2': ['nvidia.nemotron-nano-12b-v2'],
      'nemotron-nano-9b-v2': ['nvidia.nemotron-nano-9b-v2'],
      'gemma-4-31b': [],
      'gemma-4-26b-a4b': [],
      'gemma-4-e2b': [],
      'palmyra-x5': [],
      'palmyra-x4': [],
      'nova-2-multimodal-embeddings': ['Nova Multimodal Embeddings'],
      'titan-embed-text-v2': [
        'Titan Text Embeddings V2',
        'amazon.titan-embed-text-v2:0',
        'Titan Embedding V2 Text',
        'TitanEmbeddingV2-Text',
      ],
      'titan-embed-text-v1': ['Titan Embeddings G1 - Text', 'amazon.titan-embed-text-v1', 'TitanEmbeddingsG1-Text'],
      'cohere-embed-v4': ['cohere.embed-v4:0', 'Embed 4', 'Embed v4'],
      'cohere-embed-multilingual-v3': [
        'cohere.embed-multilingual-v3',
        'Embed 3 Multilingual',
        'Embed 3 Model - Multilingual',
      ],
      'cohere-embed-english-v3': ['cohere.embed-english-v3', 'Embed 3 English', 'Embed 3 Model - English'],
    },
  },
];

const BILLED_EXACTLY: ReadonlyMap<string, string> = new Map(
  everyName(({ name, model }) => [name.toLowerCase(), model] as const),
);
const BILLED_BY_KEY: ReadonlyMap<string, string> = new Map([
  ...everyName(({ name, model }) => [modelKey(name), model] as const),
  // The name of the gateway prevails over another model's spelling with the same key.
  ...BILLED_MODELS.flatMap(({ names }) => Object.keys(names).map((model) => [modelKey(model), model] as const)),
]);

/** Returns the gateway's name of a model with this name or id on the bill; undefined for an unknown one. */
export function billedModelOf(name: string): string | undefined {
  return (
    BILLED_EXACTLY.get(name.toLowerCase()) ??
    BILLED_BY_KEY.get(modelKey(name)) ??
    BILLED_BY_KEY.get(modelKey(withSpaces(name)))
  );
}

/** Inserts spaces into a name such as `NovaPro`. */
function withSpaces(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ');
}

function everyName<T>(entry: (row: { name: string; model: string }) => T): T[] {
  return BILLED_MODELS.flatMap(({ names }) =>
    Object.entries(names).flatMap(([model, others]) => [model, ...others].map((name) => entry({ name, model }))),
  );
}
