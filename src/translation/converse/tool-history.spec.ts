import { expect, it } from '@jest/globals';

import { png } from '../../../test/support/media-files.ts';
import { contextOf } from '../../../test/support/model-cards.ts';
import { MODEL_TABLE } from '../../models/model-table.ts';
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

const SEEING = MODEL_TABLE.filter(({ rules, embedding }) => rules.vision && rules.tools && embedding === undefined);

it.each(SEEING)('leaves an image within the result for Claude and Nova only ($name)', (model) => {
  const url = `data:image/png;base64,${png().toString('base64')}`;
  const messages = [
    { role: 'user', content: 'Look.' },
    { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] },
    { role: 'tool', tool_call_id: 'a', content: [{ type: 'image_url', image_url: { url } }] },
  ];
  const context = { model, thinkingByName: false, defaultMaxTokens: 4_096 };
  const { inputs, adjusted } = chatRequest({ model: 'x', messages } as unknown as ChatRequest, context);
  const blocks = inputs[0]!.messages!.flatMap(({ content }) => content ?? []);
  const within = blocks.some(({ toolResult }) => toolResult?.content?.some(({ image }) => image));
  const isWithin = ['claude', 'nova', 'nova-2'].includes(model.rules.family);
  expect([within, blocks.some(({ image }) => image)]).toEqual([isWithin, !isWithin]);
  expect(adjusted.includes('tool_results.media=beside_result')).toBe(!isWithin);
});
