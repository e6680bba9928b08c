import { GatewayError } from '../../errors/errors.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord } from '../../wire/json/json-fields.ts';

/**
 * Throws GatewayError 400 or 404 if the request uses a thread, a conversation that Anthropic stores. Bedrock has none.
 * Anthropic's clients recognize both error codes and send the whole conversation instead (Anthropic SDK 1.12, whose
 * tool runner tries a thread first).
 */
export function rejectThreads(body: JsonObject): void {
  const { thread } = body;
  if (thread === undefined || thread === null) return;
  const isContinued = asRecord(thread)['type'] === 'continue';
  throw new GatewayError({
    code: isContinued ? 'thread_not_found' : 'thread_unsupported_request',
    message: 'Message threads are not available on Bedrock. Send the whole conversation in messages.',
    param: 'thread',
    details: isContinued
      ? { error_code: 'thread_not_found' }
      : { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
  });
}
