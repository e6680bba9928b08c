import { hash } from 'node:crypto';
import type { Conversation } from '../routing/warm-targets.ts';
import type { ConverseRequest } from '../translation/converse/wire.ts';

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
