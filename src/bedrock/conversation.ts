import { hash } from 'node:crypto';
import type { Conversation } from '../routing/warm-targets.ts';
import type { ConverseRequest } from '../translation/converse/wire.ts';
import { type Fields, fieldsOf, listOf } from '../translation/messages/messages-wire.ts';

const FIVE_MINUTES_MS = 5 * 60_000;
const HOUR_MS = 60 * 60_000;

/** A block of a system prompt, of tools or of a message. */
interface Block {
  cachePoint?: { ttl?: string };
}

/**
 * What every turn of a conversation begins with: instructions, tools, first message. Cache points move from turn to
 * turn and are left out. Undefined where the request has none: nothing of it is kept.
 */
export function conversationOf(modelId: string, input: ConverseRequest): Conversation | undefined {
  const life = longestLife(input);
  if (life === undefined) return undefined;
  const [first] = input.messages ?? [];
  const beginning = [modelId, plain(input.system), plain(input.toolConfig?.tools), plain(first?.content)];
  return { key: hash('sha256', JSON.stringify(beginning), 'base64url'), lifeMs: life };
}

/** The same for a body of Anthropic's, whose marks stand on the blocks themselves. */
export function messagesConversationOf(modelId: string, body: Fields): Conversation | undefined {
  const { system, tools, messages } = body;
  const life = longestMark([system, tools, messages]);
  if (life === undefined) return undefined;
  const { content } = fieldsOf(listOf(messages)[0]);
  const beginning = [modelId, system, tools, content];
  const withoutMarks = (name: string, value: unknown): unknown => (name === 'cache_control' ? undefined : value);
  return { key: hash('sha256', JSON.stringify(beginning, withoutMarks), 'base64url'), lifeMs: life };
}

/** Marks stand on blocks, also on those within messages and results of tools. */
function longestMark(value: unknown): number | undefined {
  let longest = 0;
  for (const member of listOf(value)) {
    const { cache_control: mark, content } = fieldsOf(member);
    const own = mark === undefined ? 0 : fieldsOf(mark)['ttl'] === '1h' ? HOUR_MS : FIVE_MINUTES_MS;
    longest = Math.max(longest, own, longestMark(Array.isArray(member) ? member : content) ?? 0);
  }
  return longest === 0 ? undefined : longest;
}

function longestLife({ system, toolConfig, messages }: ConverseRequest): number | undefined {
  let life: number | undefined;
  const look = (blocks: readonly Block[] = []): void => {
    for (const { cachePoint } of blocks) {
      if (cachePoint) life = Math.max(life ?? 0, cachePoint.ttl === '1h' ? HOUR_MS : FIVE_MINUTES_MS);
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
