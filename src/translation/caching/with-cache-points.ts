import type { ModelRules } from '../../models/types/model.ts';
import { notListed } from '../../limits/field-errors.ts';
import { hasValue } from '../attachments/media-sources.ts';
import type { Adjustments } from '../adjustments.ts';
import type { CacheTtl } from '../content/cache-control.ts';
import { placeCachePoints } from './cache-points.ts';
import type { ConverseRequest } from '../../wire/converse.ts';
import type { TranslationOptions } from '../dialect.ts';
import { DEFAULT_POLICY } from '../policy.ts';

/** OpenAI's words for the prompt cache as a whole. */
export interface PromptCacheFields {
  prompt_cache_key?: string | null;
  prompt_cache_options?: { mode?: 'implicit' | 'explicit' | null; ttl?: string | null } | null;
  prompt_cache_retention?: 'in_memory' | '24h' | null;
  messages?: readonly { content?: unknown }[];
}

const ASKING_FIELDS = ['prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention'] as const;

/** The input with its cache points placed: those of its parts and tools, and those the request or the settings ask for. */
export function withCachePoints(
  input: ConverseRequest,
  fields: PromptCacheFields,
  options: TranslationOptions,
  adjustments: Adjustments,
): ConverseRequest {
  const policy = (options.policy ?? DEFAULT_POLICY).promptCache;
  const { rules } = options.model;
  const asked = ASKING_FIELDS.filter((name) => hasValue(fields[name]));
  const time = timeOf(fields, rules, adjustments);
  const explicitOnly = fields.prompt_cache_options?.mode === 'explicit';
  const wanted = policy.autoCachePoints === 'always' || (policy.autoCachePoints === 'on-request' && asked.length > 0);
  if (rules.cacheMinTokens === undefined) for (const name of asked) adjustments.dropped(name);
  else if (policy.autoCachePoints === 'never' && !explicitOnly) for (const name of asked) adjustments.ignored(name);

  const { prompt, repair } = placeCachePoints(
    input,
    { auto: wanted && !explicitOnly ? 'on' : 'off', ttl: time ?? policy.ttl },
    rules,
  );
  if (repair === 'dropped') adjustments.dropped(wordOf(fields));
  else if (repair) adjustments.changed(wordOf(fields), repair);
  return { ...input, ...prompt };
}

/** Which of the two words for a cache point the request uses, so that it is told in its own. */
function wordOf({ messages }: PromptCacheFields): 'cache_control' | 'prompt_cache_breakpoint' {
  const parts = (messages ?? []).flatMap(({ content }) => (Array.isArray(content) ? (content as object[]) : []));
  const isOurs =
    parts.some((part) => 'cache_control' in part) || !parts.some((part) => 'prompt_cache_breakpoint' in part);
  return isOurs ? 'cache_control' : 'prompt_cache_breakpoint';
}

/** OpenAI's times; Bedrock knows 5 and 60 minutes. */
const TIMES = ['30m', '12h', '24h'];

/** How long the request wants its prefixes to live, if it says: OpenAI's shortest time is 30 minutes. */
function timeOf(fields: PromptCacheFields, rules: ModelRules, adjustments: Adjustments): CacheTtl | undefined {
  oneOf(fields.prompt_cache_options?.mode, ['implicit', 'explicit'], 'prompt_cache_options.mode');
  const ttl = oneOf(fields.prompt_cache_options?.ttl, TIMES, 'prompt_cache_options.ttl');
  const retention = oneOf(fields.prompt_cache_retention, ['in_memory', '24h'], 'prompt_cache_retention');
  if (ttl !== undefined) {
    if (rules.cacheLife !== '1h') adjustments.changed('prompt_cache_options', 'ttl_5m');
    else if (ttl !== '30m') adjustments.changed('prompt_cache_options', 'ttl_1h');
    return '1h';
  }
  // The longest a prefix may be kept, not the shortest it must: an hour, or less, is within it.
  if (retention === undefined) return undefined;
  return retention === '24h' ? '1h' : '5m';
}

function oneOf(value: string | null | undefined, words: readonly string[], param: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (words.includes(value)) return value;
  throw notListed(param, words, value);
}
