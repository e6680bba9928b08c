import { GatewayError } from '../../errors/errors.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord } from '../../wire/json/json-fields.ts';

/**
 * Conversations that Anthropic keeps between turns are not behind Bedrock. Its clients know the refusals: told that a
 * thread is not to be had, or not known any more, they send the whole conversation (Anthropic SDK 1.12, whose tool
 * runner asks for a thread first).
 */
export function rejectThreads(body: JsonObject): void {
  const { thread } = body;
  if (thread === undefined || thread === null) return;
  const isContinued = asRecord(thread)['type'] === 'continue';
  throw new GatewayError({
    code: isContinued ? 'thread_not_found' : 'thread_unsupported_request',
    message: 'Message threads are not behind Bedrock. Send the whole conversation in messages.',
    param: 'thread',
    details: isContinued
      ? { error_code: 'thread_not_found' }
      : { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
  });
}
