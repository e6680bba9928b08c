import { parseAnswerExactly } from '../../wire/json/exact-answers.ts';
import { parseJsonAnswer } from '../transport/parse-json-answer.ts';
import type { MessagesUsage } from '../../wire/messages-events.ts';

/** The fields of an Anthropic message that the gateway reads. Other fields pass unmodified. */
export interface InvokedMessage {
  content: unknown;
  usage?: MessagesUsage;
}

/** Parses a message of Anthropic's. Throws GatewayError `upstream_invalid_answer` for a body that is not a message. */
export function parseInvokedMessage(json: string): InvokedMessage {
  return parseJsonAnswer<InvokedMessage>(json, (answer) => Array.isArray(answer?.content), parseAnswerExactly);
}
