import { hash } from 'node:crypto';
import type { Model } from '../../models/types/model.ts';
import type { CacheAffinity } from './prompt-cache-affinity.ts';
import type { ConverseRequest } from '../../wire/converse.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../wire/json/json-fields.ts';

const FIVE_MINUTES_MS = 5 * 60_000;
const HOUR_MS = 60 * 60_000;

/** A block of a system prompt, of tools or of a message. */
interface Block {
  cachePoint?: { ttl?: string };
}

/**
 * Returns the affinity of a conversation, by the beginning that all its turns share: instructions, tools and first message.
 * Cache points are excluded, because they move from turn to turn. Returns undefined if any target will do: nothing is
 * cached, and the thinking of the model is not bound to an account.
 */
export function converseCacheAffinity({ id, rules }: Model, input: ConverseRequest): CacheAffinity | undefined {
  const life = Math.max(longestLife(input), rules.thinking?.accountBound ? HOUR_MS : 0);
  if (life === 0) return undefined;
  const [first] = input.messages ?? [];
  const beginning = [
    id,
    withoutCachePoints(input.system),
    withoutCachePoints(input.toolConfig?.tools),
    withoutCachePoints(first?.content),
  ];
  return { key: hash('sha256', JSON.stringify(beginning), 'base64url'), lifeMs: life };
}

/** Returns the affinity of a conversation in Anthropic's format, in which blocks carry `cache_control` themselves. */
export function messagesCacheAffinity({ id, rules }: Model, body: JsonObject): CacheAffinity | undefined {
  const { system, tools, messages } = body;
  const life = Math.max(longestMark([system, tools, messages]), rules.thinking?.accountBound ? HOUR_MS : 0);
  if (life === 0) return undefined;
  const { content } = asRecord(asRecordList(messages)[0]);
  const beginning = [id, system, tools, content];
  const withoutMarks = (name: string, value: unknown): unknown => (name === 'cache_control' ? undefined : value);
  return { key: hash('sha256', JSON.stringify(beginning, withoutMarks), 'base64url'), lifeMs: life };
}

/**
 * Returns the longest lifetime of cached blocks in milliseconds; 0 if there are none. Blocks within messages and tool
 * results can have `cache_control`, too.
 */
function longestMark(value: unknown): number {
  let longest = 0;
  for (const member of asRecordList(value)) {
    const { cache_control: mark, content } = asRecord(member);
    const lifeMs = mark === undefined ? 0 : asRecord(mark)['ttl'] === '1h' ? HOUR_MS : FIVE_MINUTES_MS;
    longest = Math.max(longest, lifeMs, longestMark(Array.isArray(member) ? member : content));
  }
  return longest;
}

/** Returns the longest lifetime of cache points in milliseconds; 0 if there are none. */
function longestLife({ system, toolConfig, messages }: ConverseRequest): number {
  let life = 0;
  const visit = (blocks: readonly Block[] = []): void => {
    for (const { cachePoint } of blocks) {
      if (cachePoint) life = Math.max(life, cachePoint.ttl === '1h' ? HOUR_MS : FIVE_MINUTES_MS);
    }
  };
  visit(system);
  visit(toolConfig?.tools);
  for (const message of messages ?? []) visit(message.content);
  return life;
}

function withoutCachePoints(blocks: readonly Block[] | undefined): readonly Block[] | undefined {
  return blocks?.filter(({ cachePoint }) => cachePoint === undefined);
}
