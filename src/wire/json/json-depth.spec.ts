import { describe, expect, it } from '@jest/globals';

import { chatRequest } from '../../translation/openai-chat/request/chat-request.ts';
import { contextOf } from '../../../test/support/model-cards.ts';
import { markedInstruction } from '../../translation/history/system-prompt.ts';
import { exceedsMaxDepth } from './json-depth.ts';
import type { ChatRequest } from '../../translation/openai-chat/chat-request.types.ts';

function jsonOf(levels: number): string {
  return `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
}

function nested(levels: number): unknown {
  return JSON.parse(jsonOf(levels)) as unknown;
}

const CALL = { id: 'a', type: 'function', function: { name: 'f', arguments: jsonOf(20_000) } };
const deep = (body: object) =>
  chatRequest(
    { model: 'x', messages: [{ role: 'user', content: 'Hi' }], ...body } as unknown as ChatRequest,
    contextOf('claude-sonnet-4-5', {
      policy: {
        promptCache: { autoCachePoints: 'always', ttl: '5m' },
        guardrail: {
          version: 'DRAFT',
          trace: 'disabled',
          streamMode: 'sync',
          scope: 'all',
          allowRequestGuardrail: false,
        },
        requestMetadata: { includeKeyName: false },
        passthrough: { modelFields: ['made_up'], betaFlags: [] },
      },
    }),
  );

describe('JSON of a client', () => {
  it.each(['system', 'user', 'assistant'])('can have any number of parts within the body limit (%s)', (role) => {
    const content = Array.from({ length: 200_000 }, () => ({ type: 'text', text: 'x' }));
    const question = { role: 'user', content: 'Hi' };
    const { inputs } = deep({ messages: [question, { role, content: 'x' }, { role, content }, question] });
    const { system = [], messages = [] } = inputs[0]!;
    const blocks = [...system, ...messages.flatMap((turn) => turn.content ?? [])];
    expect(blocks.filter(({ text }) => text === 'x' || text === markedInstruction('x')).length).toBe(200_001);
  });

  it('can have a hundred levels', () => {
    expect([nested(100), nested(101), nested(100_000), 'a', null].map((value) => exceedsMaxDepth(value))).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });

  it.each([
    [
      'tools[0].function.parameters',
      { tools: [{ type: 'function', function: { name: 'f', parameters: nested(20_000) } }] },
    ],
    [
      'messages[1].content',
      {
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'tool', tool_call_id: 'a', content: nested(20_000) },
        ],
      },
    ],
    ['additionalModelRequestFields.made_up', { additionalModelRequestFields: { made_up: nested(20_000) } }],
  ])('is rejected if it is deeper: %s', (param, body) => {
    expect(() => deep(body)).toThrow(expect.objectContaining({ status: 400, param }));
  });

  it('becomes text if it is the arguments of a tool call', () => {
    const { inputs, adjusted } = deep({
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', tool_calls: [CALL] },
      ],
    });
    expect(inputs[0]!.messages![1]!.content![0]!.toolUse!.input).toEqual({ value: CALL.function.arguments });
    expect(adjusted).toContain('tool_calls.arguments=wrapped');
    const call = { ...CALL, function: { name: 'f', arguments: nested(20_000) } };
    const { inputs: others } = deep({
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', tool_calls: [call] },
      ],
    });
    expect(others[0]!.messages![1]!.content![0]!.toolUse!.input).toEqual({
      value: 'The arguments are nested too deeply.',
    });
  });
});
