import type { Model } from '../../models/types/model.ts';
import type { ConverseRequest } from '../../wire/converse.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../wire/json/json-fields.ts';

const THOUGHTS: readonly unknown[] = ['thinking', 'redacted_thinking'];

/**
 * A request without the thoughts of its history; undefined where it has none, or they hold everywhere. Those of the
 * newest Claudes are bound to the account that made them, and they demand none back (observed by pi-ai, 2026-11).
 */
export function withoutAccountBoundThinking(input: ConverseRequest, { rules }: Model): ConverseRequest | undefined {
  if (!rules.thinking?.bound) return undefined;
  const hasThoughts = input.messages?.some(({ content }) => content?.some((block) => block.reasoningContent));
  if (!hasThoughts) return undefined;
  const messages = input.messages?.map((message) => ({
    ...message,
    content: message.content?.filter((block) => !block.reasoningContent),
  }));
  return { ...input, messages };
}

/** The same for a body of Anthropic's. */
export function messagesWithoutAccountBoundThinking(body: JsonObject, { rules }: Model): JsonObject | undefined {
  if (!rules.thinking?.bound) return undefined;
  const isThought = (block: unknown): boolean => THOUGHTS.includes(asRecord(block)['type']);
  const messages = asRecordList(body['messages']);
  if (!messages.some((message) => asRecordList(asRecord(message)['content']).some(isThought))) return undefined;
  const kept = messages.map((message) => {
    const { content } = asRecord(message);
    if (!Array.isArray(content)) return message;
    return { ...asRecord(message), content: content.filter((block: unknown) => !isThought(block)) };
  });
  return { ...body, messages: kept };
}
