import { parseExactly } from '../../wire/json/exact-json.ts';
import { parseJsonAnswer } from '../transport/parse-json-answer.ts';
import type { MessagesUsage } from '../../wire/messages-events.ts';

/** A message of Anthropic's, as far as the gateway reads it; the rest of it passes. */
export interface InvokedMessage {
  content: unknown;
  usage?: MessagesUsage;
}

/** Throws GatewayError for a 200 that is no message. */
export function parseInvokedMessage(json: string): InvokedMessage {
  return parseJsonAnswer<InvokedMessage>(json, (answer) => Array.isArray(answer?.content), parseExactly);
}
