import type { StopReason } from '@aws-sdk/client-bedrock-runtime';

import { GatewayError } from '../../errors/errors.ts';

/** OpenAI's `finish_reason`. Translators of APIs without tool calls rename or drop `tool_calls`. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** Converse's stop reasons and Claude's own, which Bedrock can return before the AWS SDK lists them. */
type KnownStopReason = StopReason | 'refusal' | 'pause_turn';

/** Converts Bedrock's stop reason to OpenAI's `finish_reason`. Throws GatewayError 502 for malformed output. */
export function toFinishReason(stopReason: KnownStopReason | undefined): FinishReason {
  switch (stopReason) {
    case 'end_turn':
    case 'stop_sequence':
    case 'pause_turn':
      return 'stop';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'tool_use':
      return 'tool_calls';
    case 'guardrail_intervened':
    case 'content_filtered':
    case 'refusal':
      return 'content_filter';
    case 'malformed_model_output':
    case 'malformed_tool_use':
      throw malformed(stopReason);
    case undefined:
      return 'stop';
    default:
      // AWS adds stop reasons without notice. An unknown one must not fail a request that the model has answered.
      stopReason satisfies never;
      return 'stop';
  }
}

/**
 * Returns the error for output that Bedrock could not parse. OpenAI has no finish reason for it. It is not retryable:
 * the tokens are spent, so only the client can decide to retry.
 */
function malformed(stopReason: string): GatewayError {
  return new GatewayError({
    status: 502,
    type: 'server_error',
    code: 'model_error',
    message: `The model produced output that Bedrock could not read (${stopReason}).`,
  });
}
