import { invalidType, notListed } from '../../limits/field-errors.ts';
import type { Adjustments } from '../adjustments.ts';
import { isBlank } from './text-blocks.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** Lifetimes of a cache entry on Bedrock: 5 minutes or 1 hour. */
export type CacheTtl = '5m' | '1h';

/** A block that ends a prefix to cache. Without `ttl`, the request-level lifetime applies. */
export interface CachePoint {
  text?: undefined;
  cachePoint: { type: 'default'; ttl?: CacheTtl };
}

/** The two fields with which a content part ends a prefix to cache. */
interface Cacheable {
  /** Anthropic's field: `{ type: 'ephemeral', ttl? }`. */
  cache_control?: unknown;
  /** OpenAI's field: `{ mode: 'explicit', ttl? }`. */
  prompt_cache_breakpoint?: unknown;
}

/**
 * Converts Anthropic's `cache_control` of a part or tool to a cache point, of 5 minutes if it names no lifetime.
 * Returns undefined if it is unset. Throws GatewayError 400 with `param` for values that Anthropic rejects as well.
 */
export function cachePointOf(cacheControl: unknown, param = 'cache_control'): CachePoint | undefined {
  if (cacheControl === undefined || cacheControl === null) return undefined;
  if (!isRecord(cacheControl)) throw invalidType(param, 'an object', cacheControl);
  const { type, ttl } = cacheControl;
  if (type !== 'ephemeral') throw notListed(`${param}.type`, ['ephemeral'], type);
  if (ttl === undefined || ttl === null || ttl === '5m') return point('5m');
  if (ttl === '1h') return point('1h');
  throw notListed(`${param}.ttl`, ['5m', '1h'], ttl);
}

/**
 * Returns the block, followed by the cache point of its part if there is one. A blank block gets no point, because it
 * is not sent.
 */
export function withCachePoint<Block extends { text?: string }>(
  block: Block,
  part: object,
  param: string,
  adjustments: Adjustments,
): (Block | CachePoint)[] {
  const { cache_control, prompt_cache_breakpoint }: Cacheable = part;
  const mark =
    cachePointOf(cache_control, `${param}.cache_control`) ??
    breakpointOf(prompt_cache_breakpoint, `${param}.prompt_cache_breakpoint`, adjustments);
  return mark === undefined || isBlank(block) ? [block] : [block, mark];
}

/**
 * Converts OpenAI's `prompt_cache_breakpoint`. OpenAI offers 30 minutes and 12 hours, Bedrock 5 and 60 minutes. Both
 * become an hour: it covers the first and is the maximum for the second, which is reported.
 */
function breakpointOf(breakpoint: unknown, param: string, adjustments: Adjustments): CachePoint | undefined {
  if (breakpoint === undefined || breakpoint === null) return undefined;
  if (!isRecord(breakpoint)) throw invalidType(param, 'an object', breakpoint);
  const { mode, ttl } = breakpoint;
  if (mode !== 'explicit') throw notListed(`${param}.mode`, ['explicit'], mode);
  if (ttl === undefined || ttl === null) return { cachePoint: { type: 'default' } };
  if (ttl !== '30m' && ttl !== '12h') throw notListed(`${param}.ttl`, ['30m', '12h'], ttl);
  if (ttl === '12h') adjustments.changed('prompt_cache_breakpoint', 'ttl_1h');
  return point('1h');
}

function point(ttl: CacheTtl): CachePoint {
  return { cachePoint: { type: 'default', ttl } };
}
