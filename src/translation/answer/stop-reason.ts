import type { StopReason } from '@aws-sdk/client-bedrock-runtime';

import { GatewayError } from '../../errors/errors.ts';

/** OpenAI's `finish_reason`; tool calls are renamed or left out by the dialects that have none. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** Claude's own reasons, which reach Converse before its list of them grows. */
type KnownStopReason = StopReason | 'refusal' | 'pause_turn';

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
      // AWS adds reasons without notice; an answer that came is an answer.
      stopReason satisfies never;
      return 'stop';
  }
}

/**
 * The model's output could not be read by Bedrock, so there is no answer to give: an error, since
 * every finish reason of OpenAI's would call it one. The tokens are spent: only the client may retry.
 */
function malformed(stopReason: string): GatewayError {
  return new GatewayError({
    status: 502,
    type: 'server_error',
    code: 'model_error',
    message: `The model produced output that Bedrock could not read (${stopReason}).`,
  });
}
