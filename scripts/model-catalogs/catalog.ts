import { parseBedrockId } from '../../src/models/names/bedrock-id.ts';

/** Facts of one Bedrock model in a public catalog. A field is absent if the catalog does not list it. */
export interface CatalogModel {
  /** Foundation model id. */
  id: string;
  /** Prefixes of its inference profiles. */
  prefixes: readonly string[];
  contextTokens?: number;
  maxOutputTokens?: number;
  /** USD per million tokens of the global profile, or on demand if there is none. */
  inputPrice?: number;
  outputPrice?: number;
  cacheMinTokens?: number;
  /** Date as `YYYY-MM-DD`. */
  endOfLife?: string;
  nativeFormat?: true;
  tiers?: true;
}

export interface Catalog {
  /** Name and version of the package. */
  source: string;
  models: ReadonlyMap<string, CatalogModel>;
}

interface Entry {
  id: string;
  facts: Omit<CatalogModel, 'id' | 'prefixes'>;
}

type Json = Readonly<Record<string, unknown>>;

/** Reads `dist/providers/data/amazon-bedrock.json` of npm's `@earendil-works/pi-ai`. */
export function piAiCatalog(version: string, data: unknown): Catalog {
  const entries = Object.values(recordOf(recordOf(data)['bedrock-converse-stream'])).map((value): Entry => {
    const model = recordOf(value);
    const cost = recordOf(model['cost']);
    return {
      id: String(model['id']),
      facts: {
        contextTokens: numberOf(model['contextWindow']),
        maxOutputTokens: numberOf(model['maxTokens']),
        inputPrice: numberOf(cost['input']),
        outputPrice: numberOf(cost['output']),
      },
    };
  });
  return { source: `pi-ai ${version}`, models: merged(entries) };
}

/** Reads `model_prices_and_context_window_backup.json` of PyPI's `litellm`, without rows of single regions. */
export function litellmCatalog(version: string, data: unknown): Catalog {
  const entries = Object.entries(recordOf(data)).flatMap(([id, value]): Entry[] => {
    const model = recordOf(value);
    const isChat = model['mode'] === 'chat' && /^bedrock(?:_converse)?$/.test(String(model['litellm_provider']));
    if (!isChat || id.includes('/') || id.includes('@')) return [];
    const isNative =
      model['supports_native_structured_output'] === true ||
      model['supports_bedrock_native_structured_output'] === true;
    return [
      {
        id,
        facts: {
          contextTokens: numberOf(model['max_input_tokens']),
          maxOutputTokens: numberOf(model['max_output_tokens']),
          inputPrice: perMillion(model['input_cost_per_token']),
          outputPrice: perMillion(model['output_cost_per_token']),
          cacheMinTokens: numberOf(model['prompt_cache_min_tokens']),
          ...(typeof model['deprecation_date'] === 'string' && { endOfLife: model['deprecation_date'] }),
          ...(isNative && { nativeFormat: true }),
          ...('input_cost_per_token_flex' in model && { tiers: true }),
        },
      },
    ];
  });
  return { source: `litellm ${version}`, models: merged(entries) };
}

/** Reads the enumerations of botocore's `bedrock-runtime` service model, by the name of their shape. */
export function botocoreEnumerations(data: unknown): ReadonlyMap<string, readonly string[]> {
  const shapes = Object.entries(recordOf(recordOf(data)['shapes']));
  return new Map(
    shapes.flatMap(([name, shape]) => {
      const values = recordOf(shape)['enum'];
      return Array.isArray(values) ? [[name, values.map(String)] as const] : [];
    }),
  );
}

/** Joins the profiles of each model. Facts of the global profile come first, then those of the bare id. */
function merged(entries: readonly Entry[]): Map<string, CatalogModel> {
  const models = new Map<string, CatalogModel>();
  const ranked = entries.toSorted((one, other) => rankOf(one.id) - rankOf(other.id));
  for (const { id, facts } of ranked) {
    const { foundationId, prefix } = parseBedrockId(id) ?? {};
    if (foundationId === undefined) continue;
    const known = models.get(foundationId);
    const prefixes = [...(known?.prefixes ?? []), ...(prefix === undefined ? [] : [prefix])];
    models.set(foundationId, { ...facts, ...known, id: foundationId, prefixes });
  }
  return models;
}

function rankOf(id: string): number {
  const prefix = parseBedrockId(id)?.prefix;
  if (prefix === 'global') return 0;
  return prefix === undefined ? 1 : 2;
}

function recordOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function perMillion(value: unknown): number | undefined {
  return typeof value === 'number' ? Math.round(value * 1e12) / 1e6 : undefined;
}
