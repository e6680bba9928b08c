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
 * What every turn of a conversation begins with: instructions, tools, first message. Cache points move from turn to
 * turn and are left out. Undefined where a turn may go anywhere: nothing of it is cached, and the thoughts of the model
 * are not bound to the account that made them.
 */
export function converseCacheAffinity({ id, rules }: Model, input: ConverseRequest): CacheAffinity | undefined {
  const life = Math.max(longestLife(input), rules.thinking?.bound ? HOUR_MS : 0);
  if (life === 0) return undefined;
  const [first] = input.messages ?? [];
  const beginning = [id, plain(input.system), plain(input.toolConfig?.tools), plain(first?.content)];
  return { key: hash('sha256', JSON.stringify(beginning), 'base64url'), lifeMs: life };
}

/** The same for a body of Anthropic's, whose marks stand on the blocks themselves. */
export function messagesCacheAffinity({ id, rules }: Model, body: JsonObject): CacheAffinity | undefined {
  const { system, tools, messages } = body;
  const life = Math.max(longestMark([system, tools, messages]), rules.thinking?.bound ? HOUR_MS : 0);
  if (life === 0) return undefined;
  const { content } = asRecord(asRecordList(messages)[0]);
  const beginning = [id, system, tools, content];
  const withoutMarks = (name: string, value: unknown): unknown => (name === 'cache_control' ? undefined : value);
  return { key: hash('sha256', JSON.stringify(beginning, withoutMarks), 'base64url'), lifeMs: life };
}

/** Marks stand on blocks, also on those within messages and results of tools. */
function longestMark(value: unknown): number {
  let longest = 0;
  for (const member of asRecordList(value)) {
    const { cache_control: mark, content } = asRecord(member);
    const own = mark === undefined ? 0 : asRecord(mark)['ttl'] === '1h' ? HOUR_MS : FIVE_MINUTES_MS;
    longest = Math.max(longest, own, longestMark(Array.isArray(member) ? member : content));
  }
  return longest;
}

/** Milliseconds; 0 without cache points. */
function longestLife({ system, toolConfig, messages }: ConverseRequest): number {
  let life = 0;
  const look = (blocks: readonly Block[] = []): void => {
    for (const { cachePoint } of blocks) {
      if (cachePoint) life = Math.max(life, cachePoint.ttl === '1h' ? HOUR_MS : FIVE_MINUTES_MS);
    }
  };
  look(system);
  look(toolConfig?.tools);
  for (const message of messages ?? []) look(message.content);
  return life;
}

function plain(blocks: readonly Block[] | undefined): readonly Block[] | undefined {
  return blocks?.filter(({ cachePoint }) => cachePoint === undefined);
}
