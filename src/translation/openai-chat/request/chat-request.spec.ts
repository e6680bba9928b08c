import { describe, expect, it } from '@jest/globals';

import { contextOf, type Generation } from '../../../../test/support/model-cards.ts';
import { chatRequest } from './chat-request.ts';
import type { ChatRequest } from '../chat-request.types.ts';

const USER_MESSAGE = [{ role: 'user', content: 'Hi' }];

/** Translates a body that need not have the types of OpenAI's API. */
function translate(body: object, generation: Generation = 'claude-3-7-sonnet') {
  return chatRequest({ model: 'any', messages: USER_MESSAGE, ...body } as ChatRequest, contextOf(generation));
}

describe('messages', () => {
  it('move instructions before the first turn to the system prompt, and keep the place of all others', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
      { role: 'developer', content: [{ type: 'text', text: 'Be kind.' }] },
      { role: 'user', content: 'Hi?' },
      { role: 'system', content: ' ' },
    ];
    expect(translate({ messages }).inputs[0]).toMatchObject({
      system: [{ text: 'Be brief.' }],
      messages: [
        { role: 'user', content: [{ text: 'Hi' }, { text: '<system>\nBe kind.\n</system>' }, { text: 'Hi?' }] },
      ],
    });
  });

  it('move the system prompt to the user message if the model has none', () => {
    const messages = [{ role: 'system', content: 'Be brief.' }, ...USER_MESSAGE];
    const { inputs, adjusted } = translate({ messages }, 'claude-2');
    expect(inputs[0]).not.toHaveProperty('system');
    expect(inputs[0]?.messages).toEqual([{ role: 'user', content: [{ text: 'Be brief.' }, { text: 'Hi' }] }]);
    expect(adjusted).toEqual(['system=moved_to_user_message']);
  });

  it('send the text and the refusals of the assistant', () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'No.' },
          { type: 'refusal', refusal: 'Never.' },
        ],
      },
      { role: 'assistant', content: null, refusal: 'Not ever.' },
      { role: 'user', content: 'Why?' },
    ];
    expect(translate({ messages }).inputs[0]?.messages?.[1]).toEqual({
      role: 'assistant',
      content: [{ text: 'No.' }, { text: 'Never.' }, { text: 'Not ever.' }],
    });
  });

  it('lose lone surrogates', () => {
    const messages = [{ role: 'user', content: 'Hi \ud83d' }];
    expect(translate({ messages }).inputs[0]?.messages?.[0]?.content).toEqual([{ text: 'Hi ' }]);
  });

  it('keep a prefill if the model continues it', () => {
    const messages = [...USER_MESSAGE, { role: 'assistant', content: '{ ' }];
    const { inputs, adjusted } = translate({ messages });
    expect(inputs[0]?.messages?.at(-1)).toEqual({ role: 'assistant', content: [{ text: '{' }] });
    expect(adjusted).toEqual([]);
  });

  it.each([
    ['the model does not support it', 'claude-opus-4-6', {}],
    ['thinking is enabled', 'claude-3-7-sonnet', { thinking: true }],
  ] as const)('add a user turn after a prefill if %s', (_reason, generation, body) => {
    const messages = [...USER_MESSAGE, { role: 'assistant', content: '{' }];
    const { inputs, adjusted } = translate({ messages, ...body }, generation);
    expect(inputs[0]?.messages?.at(-1)).toEqual({ role: 'user', content: [{ text: 'Continue.' }] });
    expect(adjusted).toEqual(['messages=continue_turn_appended']);
  });
});

describe('invalid and unsupported fields', () => {
  it.each([
    ['messages[1]', { messages: [...USER_MESSAGE, 'Hi'] }],
    ['messages[1]', { messages: [...USER_MESSAGE, null] }],
    ['messages[0].role', { messages: [{ role: 'narrator', content: 'Hi' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: null }] }],
    ['messages[0].content', { messages: [{ role: 'user' }] }],
    ['messages[0].content[1]', { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }, 'Hi'] }] }],
    ['messages[0].content[0].type', { messages: [{ role: 'user', content: [{ type: 'refusal', refusal: 'No' }] }] }],
    ['messages[0].content[0].type', { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }],
    ['messages[0].content[0].text', { messages: [{ role: 'user', content: [{ type: 'text' }] }] }],
    ['messages[1].tool_calls', { messages: [...USER_MESSAGE, { role: 'assistant', tool_calls: 'f()' }] }],
    ['messages[1].tool_calls[0]', { messages: [...USER_MESSAGE, { role: 'assistant', tool_calls: [1] }] }],
    ['messages[1].tool_calls[0].id', { messages: [...USER_MESSAGE, { role: 'assistant', tool_calls: [{}] }] }],
    [
      'messages[1].tool_calls[0].type',
      { messages: [...USER_MESSAGE, { role: 'assistant', tool_calls: [{ id: 'a', type: 'x' }] }] },
    ],
    [
      'messages[1].tool_calls[0].function.name',
      { messages: [...USER_MESSAGE, { role: 'assistant', tool_calls: [{ id: 'a', function: {} }] }] },
    ],
    ['messages[1].function_call.name', { messages: [...USER_MESSAGE, { role: 'assistant', function_call: {} }] }],
    ['messages[1].tool_call_id', { messages: [...USER_MESSAGE, { role: 'tool', content: '1' }] }],
    ['messages[1].content', { messages: [...USER_MESSAGE, { role: 'tool', tool_call_id: 'a', content: 7 }] }],
    [
      'messages[1].content[0].type',
      { messages: [...USER_MESSAGE, { role: 'tool', tool_call_id: 'a', content: [{ type: 'video' }] }] },
    ],
    ['messages[1].audio', { messages: [...USER_MESSAGE, { role: 'assistant', audio: { id: 'a' } }] }],
    ['tools[0]', { tools: ['f'] }],
    ['tools[0].type', { tools: [{ type: 'web_search' }] }],
    ['tools[0].function', { tools: [{ type: 'function' }] }],
    ['tools[0].function.name', { tools: [{ type: 'function', function: { name: '' } }] }],
    ['tools[0].function.description', { tools: [{ type: 'function', function: { name: 'f', description: 1 } }] }],
    ['tools[0].function.parameters', { tools: [{ type: 'function', function: { name: 'f', parameters: [] } }] }],
    [
      'tools[0].function.parameters.type',
      { tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'string' } } }] },
    ],
    ['tools[0].custom', { tools: [{ type: 'custom' }] }],
    [
      'tools[1].function.name',
      {
        tools: [
          { type: 'function', function: { name: 'f' } },
          { type: 'function', function: { name: 'f', description: 'Another one.' } },
        ],
      },
    ],
    ['functions', { functions: [{ name: 'f' }], tools: [{ type: 'function', function: { name: 'f' } }] }],
    ['functions[0].name', { functions: [{}] }],
    ['function_call.name', { functions: [{ name: 'f' }], function_call: { name: 'g' } }],
    ['tool_choice', { tool_choice: 'required' }],
    ['tool_choice', { tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: 'any' }],
    ['tool_choice.type', { tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: { type: 'x' } }],
    [
      'tool_choice.function.name',
      {
        tools: [{ type: 'function', function: { name: 'f' } }],
        tool_choice: { type: 'function', function: { name: 'g' } },
      },
    ],
    [
      'tool_choice.allowed_tools.tools[0].name',
      {
        tools: [{ type: 'function', function: { name: 'f' } }],
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'auto', tools: [{ type: 'function', name: 'g' }] },
        },
      },
    ],
    ['response_format.type', { response_format: { type: 'yaml' } }],
    ['response_format.json_schema', { response_format: { type: 'json_schema' } }],
    ['response_format.json_schema.name', { response_format: { type: 'json_schema', json_schema: {} } }],
    [
      'response_format.json_schema.schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: [] } } },
    ],
    [
      'response_format.json_schema.schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { title: 'x'.repeat(300_000) } } } },
    ],
    ['modalities', { modalities: ['text', 'audio'] }],
    ['audio', { audio: { voice: 'alloy', format: 'wav' } }],
    ['web_search_options', { web_search_options: {} }],
    ['n', { n: 17 }],
  ])('are rejected with param %s', (param, body) => {
    expect(() => translate(body)).toThrow(expect.objectContaining({ status: 400, param }));
  });
});

describe('fields without an effect', () => {
  it('are reported if their value is not the default', () => {
    const body = {
      seed: 7,
      logit_bias: { 50256: -100 },
      frequency_penalty: 0.5,
      presence_penalty: -0.5,
      logprobs: true,
      top_logprobs: 3,
      verbosity: 'low',
      store: true,
      max_thinking_tokens: 3_000,
      messages: [{ role: 'user', name: 'Ada', content: 'Hi' }],
    };
    const fields = [...Object.keys(body).filter((name) => name !== 'messages'), 'name'];
    expect(translate(body).adjusted.toSorted()).toEqual(fields.map((name) => `${name}=ignored`).toSorted());
  });

  it.each(['adaptive', 'disabled', 'between_tools'])('include a budget beside thinking of type %s', (type) => {
    const { adjusted } = translate({ thinking: { type, budget_tokens: 2_000 } });
    expect(adjusted).toEqual(['thinking.budget_tokens=ignored']);
  });

  it('are not reported with OpenAI’s defaults or null', () => {
    const body = {
      logit_bias: {},
      frequency_penalty: 0,
      presence_penalty: 0,
      logprobs: false,
      top_logprobs: 0,
      verbosity: 'medium',
      service_tier: 'auto',
      store: false,
      metadata: {},
      seed: null,
      stop: null,
      temperature: 1,
      top_p: 1,
      n: null,
      user: 'ada',
      modalities: ['text'],
      response_format: { type: 'text' },
      tools: [],
      tool_choice: 'auto',
    };
    expect(translate(body).adjusted).toEqual([]);
  });
});

describe('n', () => {
  it('becomes the number of upstream calls', () => {
    expect(translate({ n: 3 }).inputs).toHaveLength(3);
    expect(translate({ n: 16 }).inputs).toHaveLength(16);
  });
});

it('does not modify the request', () => {
  const body = Object.freeze({
    messages: Object.freeze([...USER_MESSAGE, { role: 'assistant', content: 'a ' }]),
    stop: ['', 'x'],
  });
  const before = structuredClone(body);
  translate(body);
  expect(body).toEqual(before);
});
