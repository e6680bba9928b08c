import { GatewayError } from '../../errors/errors.ts';
import { stopReasonRow } from '../../wire/stop-reasons/stop-reasons.ts';
import type { AnswerEnding } from '../../wire/stop-reasons/answer-ending.ts';

/**
 * Returns how an answer with this stop reason ends in each API. AWS adds reasons without notice: an unknown one ends the
 * answer as `end_turn` does. Throws GatewayError 502 if Bedrock could not read the output of the model, because each
 * finish reason of OpenAI would present it as an answer. The tokens are spent: only the client may retry.
 */
export function answerEnding(stopReason: string | undefined): AnswerEnding {
  const row = stopReasonRow(stopReason);
  if ('error' in row) {
    throw new GatewayError({
      code: row.error,
      retryable: false,
      message: `The model produced output that Bedrock could not read (${stopReason}).`,
    });
  }
  return row;
}
