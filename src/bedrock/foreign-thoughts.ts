import type { ModelCard } from '../models/model.ts';
import type { ConverseRequest } from '../translation/converse/wire.ts';

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
