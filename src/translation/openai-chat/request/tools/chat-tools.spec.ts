import { describe, expect, it } from '@jest/globals';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';

import { contextOf, type Generation } from '../../../../../test/support/model-cards.ts';
import type { ConverseAnswer, ConverseEvent } from '../../../../wire/converse.ts';
import type { AnswerOptions } from '../../../dialect.ts';
import { chatRequest } from '../chat-request.ts';
import { chatResponse } from '../../answer/chat-response.ts';
import { chatStream } from '../../answer/chat-stream.ts';
import type { ChatRequest } from '../../chat-request.types.ts';

const REPLY: AnswerOptions = { id: 'abc', created: 1_790_000_000, model: 'claude', thinkingByName: false };
const USER_MESSAGE = [{ role: 'user', content: 'Go.' }];
const tool = (name: string, more = {}) => ({ type: 'function', function: { name, ...more } });

function translate(body: object, generation: Generation = 'claude-sonnet-4-5') {
  const { inputs, adjusted } = chatRequest(
    { model: 'm', messages: USER_MESSAGE, ...body } as ChatRequest,
    contextOf(generation),
  );
  return { input: inputs[0]!, adjusted };
}

function answered(body: object, calls: { id: string; name: string; input?: unknown }[], stopReason = 'tool_use') {
  const content = calls.map(({ id, name, input }) => ({ toolUse: { toolUseId: id, name, input } }));
  const output = { output: { message: { role: 'assistant', content } }, stopReason } as ConverseAnswer;
  return chatResponse([output], { model: 'm', messages: [], ...body }, REPLY).choices[0]!;
}

function streamed(body: object, events: object[]) {
  const writer = chatStream({ model: 'm', messages: [], ...body }, REPLY);
  return events
    .flatMap((event) => writer.onEvent(event as ConverseEvent, 0))
    .map(({ data }) => (JSON.parse(data) as ChatCompletionChunk).choices[0]!)
    .map(({ delta, finish_reason }) => finish_reason ?? delta);
}

const start = (block: number, toolUseId: string, name: string) => ({
  contentBlockStart: { contentBlockIndex: block, start: { toolUse: { toolUseId, name } } },
});
const piece = (block: number, input: string) => ({
  contentBlockDelta: { contentBlockIndex: block, delta: { toolUse: { input } } },
});
const stop = { messageStop: { stopReason: 'tool_use' } };

describe('tool_choice', () => {
  it.each([
    ['claude-sonnet-4-5', 'required', { any: {} }, undefined, []],
    ['claude-sonnet-4-5', 'none', undefined, { tool_choice: { type: 'none' } }, []],
    ['claude-sonnet-4-5', 'auto', undefined, undefined, []],
    ['claude-opus-5-5', 'required', undefined, undefined, ['tool_choice=auto_with_instruction']],
    ['llama3-3-70b', 'required', undefined, undefined, ['tool_choice=auto_with_instruction']],
    ['llama3-3-70b', 'auto', undefined, undefined, []],
    ['gpt-oss-120b', 'none', undefined, undefined, ['tools=dropped']],
  ] as const)('for %s: %s', (generation, tool_choice, toolChoice, fields, adjusted) => {
    const translation = translate({ tools: [tool('f')], tool_choice }, generation);
    expect(translation.input.toolConfig?.toolChoice).toEqual(toolChoice);
    expect(translation.input.additionalModelRequestFields).toEqual(fields);
    expect(translation.adjusted).toEqual(adjusted);
  });

  it('becomes an instruction if the model does not support forced tools', () => {
    const tool_choice = { type: 'function', function: { name: 'f' } };
    const { input } = translate({ tools: [tool('f')], tool_choice }, 'claude-opus-5-5');
    expect(input.system).toEqual([{ text: 'Call the tool "f" now. Do not answer in any other way.' }]);
  });

  it('none with calls in the history keeps the tools and becomes an instruction if the model has no such choice', () => {
    const messages = [
      ...USER_MESSAGE,
      { role: 'assistant', tool_calls: [{ id: 'a', ...tool('f', { arguments: '{}' }) }] },
      { role: 'tool', tool_call_id: 'a', content: '1' },
    ];
    const { input, adjusted } = translate({ messages, tools: [tool('f')], tool_choice: 'none' }, 'gpt-oss-120b');
    expect(input.toolConfig?.tools).toHaveLength(1);
    expect(input.system).toEqual([{ text: 'Do not call any tools now; answer in words.' }]);
    expect(adjusted).toEqual(['tool_choice=instruction']);
  });

  it('holds the option of one call at a time, in a single field', () => {
    const body = { tools: [tool('f')], tool_choice: 'required', parallel_tool_calls: false };
    const { input } = translate(body);
    expect(input.additionalModelRequestFields).toEqual({
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
    });
    expect(input.toolConfig).not.toHaveProperty('toolChoice');
    expect(translate(body, 'gpt-oss-120b').adjusted).toEqual(['parallel_tool_calls=instruction']);
  });
});

describe('tools', () => {
  it('are rejected if the model has none, unless tool_choice is none', () => {
    expect(() => translate({ tools: [tool('f')] }, 'claude-2')).toThrow(
      expect.objectContaining({ status: 400, param: 'tools' }),
    );
    expect(translate({ tools: [tool('f')], tool_choice: 'none' }, 'claude-2').input).not.toHaveProperty('toolConfig');
  });

  it('are strict if the model has constrained decoding, and reported otherwise', () => {
    const body = { tools: [tool('f', { strict: true })] };
    expect(translate(body).input.toolConfig?.tools?.[0]?.toolSpec).toHaveProperty('strict', true);
    const withoutStrict = translate(body, 'claude-3-7-sonnet');
    expect(withoutStrict.input.toolConfig?.tools?.[0]?.toolSpec).not.toHaveProperty('strict');
    expect(withoutStrict.adjusted).toEqual(['tools.strict=ignored']);
  });

  it('have schemas without alternatives at the top level if the model supports no others', () => {
    const parameters = { type: 'object', anyOf: [{ properties: { a: {} } }, { properties: { b: {} } }] };
    const { input, adjusted } = translate({ tools: [tool('f', { parameters })] });
    expect(input.toolConfig?.tools?.[0]?.toolSpec?.inputSchema?.json).toEqual({
      type: 'object',
      properties: { a: {}, b: {} },
    });
    expect(adjusted).toEqual(['tools.parameters=alternatives_combined']);
    expect(translate({ tools: [tool('f', { parameters })] }, 'gpt-oss-120b').adjusted).toEqual([]);
  });

  it('are strict up to the number that Bedrock accepts', () => {
    const tools = Array.from({ length: 21 }, (_, index) => tool(`f${index}`, { strict: true }));
    const { input, adjusted } = translate({ tools });
    expect(input.toolConfig?.tools?.filter(({ toolSpec }) => toolSpec?.strict)).toHaveLength(20);
    expect(adjusted).toEqual(['tools.strict=ignored']);
  });

  it('of the history become text for a model without tools', () => {
    const messages = [
      ...USER_MESSAGE,
      { role: 'assistant', tool_calls: [{ id: 'a', ...tool('f', { arguments: '{"x":1}' }) }] },
      { role: 'tool', tool_call_id: 'a', content: '7' },
    ];
    const { input, adjusted } = translate({ messages }, 'claude-2');
    expect(input.messages?.slice(1)).toEqual([
      { role: 'assistant', content: [{ text: '[Called the tool f: {"x":1}]' }] },
      { role: 'user', content: [{ text: '[The tool answered: 7]' }] },
    ]);
    expect(adjusted).toEqual(['tool_calls=converted_to_text']);
  });
});

describe('calls', () => {
  const names = { tools: [tool('mcp.x/y'), { type: 'custom', custom: { name: 'patch' } }] };
  const sentName = translate(names).input.toolConfig?.tools?.[0]?.toolSpec?.name ?? '';

  it('have the names of the client, and text as input of custom tools', () => {
    const { message, finish_reason } = answered(names, [
      { id: 'a', name: sentName, input: { q: 1 } },
      { id: 'b', name: 'patch', input: { input: '*** Begin' } },
      { id: 'c', name: 'patch', input: { other: 1 } },
    ]);
    expect(message).toMatchObject({
      content: null,
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'mcp.x/y', arguments: '{"q":1}' } },
        { id: 'b', type: 'custom', custom: { name: 'patch', input: '*** Begin' } },
        { id: 'c', type: 'custom', custom: { name: 'patch', input: '{"other":1}' } },
      ],
    });
    expect(finish_reason).toBe('tool_calls');
  });

  it('end with tool_calls, whatever the stop reason of the model', () => {
    expect(answered({}, [{ id: 'a', name: 'f' }], 'end_turn').finish_reason).toBe('tool_calls');
    expect(answered({}, [{ id: 'a', name: 'f' }], 'max_tokens').finish_reason).toBe('length');
  });

  it('have the deprecated format for requests with functions', () => {
    const functions = { functions: [{ name: 'f' }] };
    expect(answered(functions, [{ id: 'a', name: 'f', input: { x: 1 } }])).toMatchObject({
      message: { content: null, function_call: { name: 'f', arguments: '{"x":1}' } },
      finish_reason: 'function_call',
    });
    expect(streamed(functions, [start(0, 'a', 'f'), piece(0, '{}'), start(1, 'b', 'f'), piece(1, '{}'), stop])).toEqual(
      [{ function_call: { name: 'f', arguments: '' } }, { function_call: { arguments: '{}' } }, 'function_call'],
    );
  });

  it('have consecutive indexes in streams, whatever the indexes and the order of the blocks', () => {
    const events = [
      start(1, 'a', sentName),
      start(4, 'b', 'patch'),
      piece(1, '{"q'),
      piece(4, '{"input":"x'),
      piece(1, '":1}'),
    ];
    expect(streamed(names, [...events, piece(4, '\\n"}'), stop])).toEqual([
      { tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'mcp.x/y', arguments: '' } }] },
      { tool_calls: [{ index: 1, id: 'b', type: 'custom', custom: { name: 'patch', input: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"q' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '":1}' } }] },
      { tool_calls: [{ index: 1, custom: { input: 'x\n' } }] },
      'tool_calls',
    ]);
  });
});
