import { invalidType, notListed } from '../../limits/field-errors.ts';
import type { Adjustments } from '../adjustments.ts';
import { isBlank } from './text-blocks.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

export type CacheTtl = '5m' | '1h';

/** Stands behind what shall be cached. Without `ttl` it lives as long as the request's other words say. */
export interface CachePoint {
  text?: undefined;
  cachePoint: { type: 'default'; ttl?: CacheTtl };
}

/** The two ways in which a content part says that the prompt up to here will come again. */
interface Cacheable {
  /** Anthropic's: `{ type: 'ephemeral', ttl? }`. */
  cache_control?: unknown;
  /** OpenAI's: `{ mode: 'explicit', ttl? }`. */
  prompt_cache_breakpoint?: unknown;
}

/**
 * Anthropic's `cache_control` on a part or a tool as a cache point, for 5 minutes where it names no time.
 * Undefined where there is none; 400 with `param` for what Anthropic would not take either.
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

/** The block with the cache point that its part asks for. A blank block is never sent, hence nothing to stand behind. */
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

/** OpenAI counts from 30 minutes, Bedrock has 5 and 60: an hour covers the first and is the most for the second. */
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
