import type { MessagesUsage } from '../translation/messages/messages-wire.ts';
import { upstreamNonsense } from './bedrock-errors.ts';

/** A message of Anthropic's, as far as the gateway reads it; the rest of it passes. */
export interface MessagesAnswer {
  content: unknown;
  usage?: MessagesUsage;
}

/** Throws GatewayError for a 200 that is no message. */
export function readMessagesAnswer(json: string): MessagesAnswer {
  try {
    const answer = JSON.parse(json) as MessagesAnswer;
    if (Array.isArray(answer?.content)) return answer;
  } catch {
    // Falls through: what is no JSON is no answer either.
  }
  throw upstreamNonsense();
}

/** What CountTokens answers. Throws GatewayError for a 200 that counts nothing. */
export function readTokenCount(json: string): number {
  try {
    const { inputTokens } = JSON.parse(json) as { inputTokens?: unknown };
    if (typeof inputTokens === 'number') return inputTokens;
  } catch {
    // Falls through: what is no JSON is no count either.
  }
  throw upstreamNonsense();
}
