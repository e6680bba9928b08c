import type { ModelCard } from '../../models/types/model.ts';
import type { ConverseRequest } from '../../wire/converse.ts';
import type { Fields } from '../../wire/json/json-fields.ts';
import { fieldsOf, listOf } from '../../wire/json/json-fields.ts';

const THOUGHTS: readonly unknown[] = ['thinking', 'redacted_thinking'];

/**
 * A request without the thoughts of its history; undefined where it has none, or they hold everywhere. Those of the
 * newest Claudes are bound to the account that made them, and they demand none back (observed by pi-ai, 2026-11).
 */
export function withoutBoundThoughts(input: ConverseRequest, { rules }: ModelCard): ConverseRequest | undefined {
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
export function messagesWithoutBoundThoughts(body: Fields, { rules }: ModelCard): Fields | undefined {
  if (!rules.thinking?.bound) return undefined;
  const isThought = (block: unknown): boolean => THOUGHTS.includes(fieldsOf(block)['type']);
  const messages = listOf(body['messages']);
  if (!messages.some((message) => listOf(fieldsOf(message)['content']).some(isThought))) return undefined;
  const kept = messages.map((message) => {
    const { content } = fieldsOf(message);
    if (!Array.isArray(content)) return message;
    return { ...fieldsOf(message), content: content.filter((block: unknown) => !isThought(block)) };
  });
  return { ...body, messages: kept };
}
