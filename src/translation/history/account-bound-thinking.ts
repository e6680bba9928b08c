import type { Model } from '../../models/types/model.ts';
import type { ConverseRequest } from '../../wire/converse.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../wire/json/json-fields.ts';

const THINKING_TYPES: readonly unknown[] = ['thinking', 'redacted_thinking'];

/**
 * Returns a request without the thinking of its history; undefined if it has none, or if the model's thinking is valid
 * in every account. Thinking of the newest Claude models is bound to the account that created it, and they do not
 * require it in the history (observed by pi-ai, 2026-11).
 */
export function withoutAccountBoundThinking(input: ConverseRequest, { rules }: Model): ConverseRequest | undefined {
  if (!rules.thinking?.accountBound) return undefined;
  const hasThinking = input.messages?.some(({ content }) => content?.some((block) => block.reasoningContent));
  if (!hasThinking) return undefined;
  const messages = input.messages?.map((message) => ({
    ...message,
    content: message.content?.filter((block) => !block.reasoningContent),
  }));
  return { ...input, messages };
}

/** Removes thinking as `withoutAccountBoundThinking` does, from a body in Anthropic's format. */
export function messagesWithoutAccountBoundThinking(body: JsonObject, { rules }: Model): JsonObject | undefined {
  if (!rules.thinking?.accountBound) return undefined;
  const isThinking = (block: unknown): boolean => THINKING_TYPES.includes(asRecord(block)['type']);
  const messages = asRecordList(body['messages']);
  if (!messages.some((message) => asRecordList(asRecord(message)['content']).some(isThinking))) return undefined;
  const kept = messages.map((message) => {
    const { content } = asRecord(message);
    if (!Array.isArray(content)) return message;
    return { ...asRecord(message), content: content.filter((block: unknown) => !isThinking(block)) };
  });
  return { ...body, messages: kept };
}
