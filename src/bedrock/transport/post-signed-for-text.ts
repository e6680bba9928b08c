import type { HttpDispatcher } from '../../libraries/undici.ts';
import { upstreamAnswerTooLarge } from '../errors/bedrock-errors.ts';
import type { AwsSession } from '../sessions/aws-session.ts';
import { postSigned, type UpstreamRequest, type UpstreamResponseHead } from './transport.ts';

/** Limit of the memory for one answer. Answers of models are far smaller. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Sends one signed POST and returns the head and the JSON text of the response. */
export async function postSignedForText(
  pool: HttpDispatcher,
  session: AwsSession,
  request: UpstreamRequest,
): Promise<{ head: UpstreamResponseHead; body: string }> {
  const parts: Buffer[] = [];
  let bytes = 0;
  let outcome: { head: UpstreamResponseHead; failure?: Error } = { head: {} };
  await postSigned(pool, session, request, (head) => ({
    // A plain answer is its own first event.
    begun: false,
    data(chunk) {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) throw upstreamAnswerTooLarge(MAX_ANSWER_BYTES);
      parts.push(chunk);
    },
    close(failure) {
      outcome = { head, failure };
    },
  }));
  if (outcome.failure) {
    request.trace?.ended(outcome.failure);
    throw outcome.failure;
  }
  request.trace?.complete();
  return { head: outcome.head, body: (parts.length === 1 ? parts[0]! : Buffer.concat(parts)).toString('utf8') };
}
