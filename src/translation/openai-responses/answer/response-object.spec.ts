import { describe, expect, it } from '@jest/globals';

import { checkOpenResponses } from '../../../../test/support/open-responses.ts';
import { internalError } from '../../../errors/errors.ts';
import type { ConverseAnswer } from '../../../wire/converse.ts';
import { responsesDialect } from '../responses-dialect.ts';
import { newResponseObject, failedResponse } from './response-object.ts';
import type { ResponsesRequest } from '../responses-request.types.ts';

const REPLY = { id: '0123456789abcdef', created: 1_790_000_000, model: 'claude', thinkingByName: false };
const CLOCK = { ...REPLY, clock: () => REPLY.created + 7 };
const PLAIN: ResponsesRequest = { model: 'm', input: 'Hi' };

function answer(stopReason: string): ConverseAnswer {
  const usage = { inputTokens: 3, outputTokens: 2, totalTokens: 5 };
  const content = [{ text: 'Good day.' }];
  return { output: { message: { role: 'assistant', content } }, stopReason, usage } as unknown as ConverseAnswer;
}

describe('a response object', () => {
  it.each([
    ['has no optional field', PLAIN],
    ['has a function without a description', { ...PLAIN, tools: [{ type: 'function', name: 'now' }] }],
    ['has a JSON schema', { ...PLAIN, text: { format: { type: 'json_schema', name: 'n', schema: {} } } }],
    ['asks for a JSON object', { ...PLAIN, text: { format: { type: 'json_object' } } }],
    ['has null fields', { ...PLAIN, text: null, tools: null, metadata: null, temperature: null, reasoning: null }],
    ['has a user', { ...PLAIN, user: 'u', safety_identifier: 's', prompt_cache_key: 'p' }],
  ])('conforms to Open Responses if the request %s', (_case, request) => {
    const body = request as unknown as ResponsesRequest;
    checkOpenResponses('response', newResponseObject(body, REPLY, 'kept'));
    for (const reason of ['end_turn', 'max_tokens', 'guardrail_intervened']) {
      checkOpenResponses('response', responsesDialect.toAnswer([answer(reason)], body, CLOCK));
    }
    const failure = internalError(new Error('cut'));
    checkOpenResponses('response', failedResponse(newResponseObject(body, REPLY, 'not_kept'), [], failure));
  });

  it.each([
    ['end_turn', 'completed', REPLY.created + 7],
    ['max_tokens', 'incomplete', null],
    ['guardrail_intervened', 'incomplete', null],
  ])('has, for stop reason %s, the status %s and completed_at %s', (reason, status, completed_at) => {
    expect(responsesDialect.toAnswer([answer(reason)], PLAIN, CLOCK)).toMatchObject({ status, completed_at });
  });

  it('repeats the identifiers of the request', () => {
    const named = { safety_identifier: 's', prompt_cache_key: 'p', user: 'u' };
    expect(newResponseObject({ ...PLAIN, ...named }, REPLY, 'kept')).toMatchObject(named);
    expect(newResponseObject(PLAIN, REPLY, 'kept')).not.toHaveProperty('user');
  });
});
