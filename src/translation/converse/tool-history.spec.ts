import { expect, it } from '@jest/globals';

import { contextOf } from '../../../test/support/model-cards.ts';
import { chatRequest, type ChatRequest } from '../chat/chat-request.ts';

it('costs the same for a conversation that repeats one id without end', () => {
  const turns = Array.from({ length: 8_000 }, (_, number) => [
    { role: 'assistant', tool_calls: [{ id: 'call', type: 'function', function: { name: 'f', arguments: '{}' } }] },
    { role: 'tool', tool_call_id: 'call', content: `result ${number}` },
  ]);
  const request = { model: 'x', messages: [{ role: 'user', content: 'Go.' }, ...turns.flat()] };
  const { inputs } = chatRequest(request as unknown as ChatRequest, contextOf('claude-sonnet-4-5'));
  const blocks = inputs[0]!.messages!.flatMap(({ content }) => content ?? []);
  const called = blocks.flatMap(({ toolUse }) => toolUse?.toolUseId ?? []);
  const results = blocks.flatMap(({ toolResult }) => toolResult ?? []);
  expect(new Set(called).size).toBe(8_000);
  expect(results.map(({ toolUseId }) => toolUseId)).toEqual(called);
  expect(results.at(-1)!.content).toEqual([{ text: 'result 7999' }]);
});
