import type { ModelRules } from '../../models/types/model.ts';
import { notListed } from '../../limits/field-errors.ts';
import { hasValue } from '../attachments/media-sources.ts';
import type { Adjustments } from '../adjustments.ts';
import type { CacheTtl } from '../content/cache-control.ts';
import { placeCachePoints } from './cache-points.ts';
import type { ConverseRequest } from '../../wire/converse.ts';
import type { TranslationOptions } from '../dialect.ts';
import { DEFAULT_POLICY } from '../policy.ts';

/** OpenAI's request-level fields for the prompt cache. */
export interface PromptCacheFields {
  prompt_cache_key?: string | null;
  prompt_cache_options?: { mode?: 'implicit' | 'explicit' | null; ttl?: string | null } | null;
  prompt_cache_retention?: 'in_memory' | '24h' | null;
  messages?: readonly { content?: unknown }[];
}

/** Fields that request caching for the whole prompt. */
const CACHE_FIELDS = ['prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention'] as const;

/**
 * Returns the input with cache points, from its content parts and tools, the request-level fields and the settings.
 * Reports fields that have no effect. Throws GatewayError 400 for invalid values.
 */
export function withCachePoints(
  input: ConverseRequest,
  fields: PromptCacheFields,
  options: TranslationOptions,
  adjustments: Adjustments,
): ConverseRequest {
  const policy = (options.policy ?? DEFAULT_POLICY).promptCache;
  const { rules } = options.model;
  const setFields = CACHE_FIELDS.filter((name) => hasValue(fields[name]));
  const requestTtl = requestedTtl(fields, rules, adjustments);
  const explicitOnly = fields.prompt_cache_options?.mode === 'explicit';
  const isEnabled =
    policy.autoCachePoints === 'always' || (policy.autoCachePoints === 'on-request' && setFields.length > 0);
  if (rules.cacheMinTokens === undefined) for (const name of setFields) adjustments.dropped(name);
  else if (policy.autoCachePoints === 'never' && !explicitOnly) for (const name of setFields) adjustments.ignored(name);

  const { prompt, repair } = placeCachePoints(
    input,
    { auto: isEnabled && !explicitOnly ? 'on' : 'off', ttl: requestTtl ?? policy.ttl },
    rules,
  );
  if (repair === 'dropped') adjustments.dropped(markField(fields));
  else if (repair) adjustments.changed(markField(fields), repair);
  return { ...input, ...prompt };
}

/**
 * Returns the name of the field with which the request marks cache points, so that adjustments are reported under it.
 */
function markField({ messages }: PromptCacheFields): 'cache_control' | 'prompt_cache_breakpoint' {
  const parts = (messages ?? []).flatMap(({ content }) => (Array.isArray(content) ? (content as object[]) : []));
  const usesCacheControl =
    parts.some((part) => 'cache_control' in part) || !parts.some((part) => 'prompt_cache_breakpoint' in part);
  return usesCacheControl ? 'cache_control' : 'prompt_cache_breakpoint';
}

/** Lifetimes of OpenAI's API. Bedrock offers 5 and 60 minutes. */
const LIFETIMES = ['30m', '12h', '24h'];

/**
 * Returns the lifetime that the request asks for; undefined if it names none. `ttl` is a minimum of at least 30
 * minutes, so it becomes an hour.
 */
function requestedTtl(fields: PromptCacheFields, rules: ModelRules, adjustments: Adjustments): CacheTtl | undefined {
  oneOf(fields.prompt_cache_options?.mode, ['implicit', 'explicit'], 'prompt_cache_options.mode');
  const ttl = oneOf(fields.prompt_cache_options?.ttl, LIFETIMES, 'prompt_cache_options.ttl');
  const retention = oneOf(fields.prompt_cache_retention, ['in_memory', '24h'], 'prompt_cache_retention');
  if (ttl !== undefined) {
    if (rules.cacheLife !== '1h') adjustments.changed('prompt_cache_options', 'ttl_5m');
    else if (ttl !== '30m') adjustments.changed('prompt_cache_options', 'ttl_1h');
    return '1h';
  }
  // The retention is a maximum, so an hour or five minutes satisfy it.
  if (retention === undefined) return undefined;
  return retention === '24h' ? '1h' : '5m';
}

function oneOf(value: string | null | undefined, values: readonly string[], param: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (values.includes(value)) return value;
  throw notListed(param, values, value);
}
