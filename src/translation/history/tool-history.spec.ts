import { expect, it } from '@jest/globals';

import { MODELS } from '../../../emulator/models.ts';
import { checkConverse } from '../../../emulator/rules/check-converse.ts';
import { png } from '../../../test/support/media-files.ts';
import { contextOf } from '../../../test/support/model-cards.ts';
import { CHAT_MODELS } from '../../models/table/model-table.ts';
import { chatRequest } from '../openai-chat/request/chat-request.ts';
import type { ChatRequest } from '../openai-chat/chat-request.types.ts';

it('takes linear time for a conversation that repeats one id', () => {
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

const VISION_MODELS = CHAT_MODELS.filter(
  ({ rules, embedding }) => rules.vision && rules.tools && embedding === undefined,
);

it.each(VISION_MODELS)('keeps an image inside the tool result for Claude and Nova only ($name)', (model) => {
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
  expect(adjusted.includes('tool_results.media=moved_beside_result')).toBe(!isWithin);
});

it.each(CHAT_MODELS.filter(({ rules, embedding }) => rules.tools && embedding === undefined))(
  'converts a result without its call to text, and drops a second result of one call ($name)',
  (model) => {
    const tool_calls = [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }];
    const messages = [
      { role: 'user', content: 'Look.' },
      { role: 'tool', tool_call_id: 'lost', content: 'Sunny.' },
      { role: 'assistant', tool_calls },
      { role: 'tool', tool_call_id: 'lost too', content: [{ type: 'text', text: 'Windy.' }] },
      { role: 'tool', tool_call_id: 'a', content: 'Rainy.' },
      { role: 'tool', tool_call_id: 'a', content: 'Repeated.' },
    ];
    const context = { model, thinkingByName: false, defaultMaxTokens: 4_096 };
    const { inputs, adjusted } = chatRequest({ model: 'x', messages } as unknown as ChatRequest, context);
    const blocks = inputs[0]!.messages!.flatMap(({ content }) => content ?? []);
    const texts = blocks.flatMap(({ text }) => text ?? []);
    expect(texts).toEqual(expect.arrayContaining(['[The tool answered: Sunny.]', '[The tool answered: Windy.]']));
    const results = blocks.flatMap(({ toolResult }) => (toolResult ? [toolResult.content] : []));
    expect(results).toEqual([[{ text: 'Rainy.' }]]);
    expect(adjusted).toEqual(
      expect.arrayContaining(['tool_results.without_call=converted_to_text', 'tool_results.order=repeated_dropped']),
    );
    const emulated = MODELS.find(({ id }) => id === model.id);
    if (emulated) checkConverse(JSON.parse(JSON.stringify(inputs[0])), emulated);
  },
);

it.each(VISION_MODELS)('keeps the image of a result without its call ($name)', (model) => {
  const url = `data:image/png;base64,${png().toString('base64')}`;
  const messages = [
    { role: 'user', content: 'Look.' },
    { role: 'tool', tool_call_id: 'lost', content: [{ type: 'image_url', image_url: { url } }] },
  ];
  const context = { model, thinkingByName: false, defaultMaxTokens: 4_096 };
  const { inputs } = chatRequest({ model: 'x', messages } as unknown as ChatRequest, context);
  const blocks = inputs[0]!.messages!.flatMap(({ content }) => content ?? []);
  expect(blocks.some(({ image }) => image)).toBe(true);
});
