import type { SseFrame } from '../../../../wire/sse-frame.ts';
import type { MessagesEvent } from '../../../../wire/messages-events.ts';

/** The event as it came. Anthropic's clients skip events without a name of their own line. */
export function anthropicEventToFrame({ type, json }: MessagesEvent): SseFrame {
  return { event: type, data: json };
}

/** What the event adds to the text of the answer. */
export function textOfAnthropicEvent({ type, json }: MessagesEvent): string {
  if (type !== 'content_block_delta') return '';
  const { delta } = JSON.parse(json) as { delta?: { text?: string } };
  return delta?.text ?? '';
}
