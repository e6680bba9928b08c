import type { SseFrame } from '../../../../wire/sse-frame.ts';
import type { MessagesEvent } from '../../../../wire/messages-events.ts';

/** Returns an event unchanged as a frame. Anthropic's clients skip events without a name on the event line. */
export function anthropicEventToFrame({ type, json }: MessagesEvent): SseFrame {
  return { event: type, data: json };
}

/** Returns the text that an event adds to the answer. */
export function textOfAnthropicEvent({ type, json }: MessagesEvent): string {
  if (type !== 'content_block_delta') return '';
  const { delta } = JSON.parse(json) as { delta?: { text?: string } };
  return delta?.text ?? '';
}
