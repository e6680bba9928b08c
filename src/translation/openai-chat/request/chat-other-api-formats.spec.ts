import { describe, expect, it } from '@jest/globals';

import { contextOf } from '../../../../test/support/model-cards.ts';
import type { ConverseAnswer } from '../../../wire/converse.ts';
import { chatDialect } from '../chat-dialect.ts';
import type { ChatRequest } from '../chat-request.types.ts';

const REPLY = { id: '0123', created: 1, model: 'claude-sonnet-4-5', thinkingByName: false };
const HELLO = [{ role: 'user', content: 'Hi' }];
const CUSTOM = { type: 'custom', name: 'Apply.Patch', description: 'Patches.' };
const SCHEMA = { type: 'object', properties: {} };

function request(body: object): ChatRequest {
  return { model: 'claude-sonnet-4-5', ...body } as unknown as ChatRequest;
}

function translate(body: object) {
  return chatDialect.toConverse(request(body), contextOf('claude-sonnet-4-5'));
}

/** Returns the name of the first tool as sent to Bedrock. */
function sentName(body: object): string {
  return translate(body).inputs[0]!.toolConfig!.tools![0]!.toolSpec!.name!;
}

describe('formats of other APIs in a chat request', () => {
  it.each([
    ['tools[0].type', { tools: [{ type: 'bash_20250124', name: 'bash' }] }],
    ['tools[0].type', { tools: [{ type: 'web_search_20250305', name: 'web_search', input_schema: SCHEMA }] }],
    ['tools[0].type', { tools: [{ description: 'x' }] }],
    ['tools[0].input_schema.type', { tools: [{ name: 'a', input_schema: { type: 'string' } }] }],
    ['tools[0].parameters', { tools: [{ type: 'function', name: 'a', parameters: 'x' }] }],
    [
      'tools[1].name',
      {
        tools: [
          { name: 'a', input_schema: SCHEMA },
          { type: 'function', name: 'a', parameters: { ...SCHEMA, required: [] } },
        ],
      },
    ],
    ['tool_choice.name', { tools: [{ name: 'a', input_schema: SCHEMA }], tool_choice: { type: 'tool', name: 'b' } }],
    ['tool_choice', { tool_choice: { type: 'any' } }],
    ['system', { system: 5 }],
    ['system[0].type', { system: [{ type: 'image' }] }],
    ['messages[0].content[0].tool_use_id', { messages: [{ role: 'user', content: [{ type: 'tool_result' }] }] }],
    [
      'messages[1].content[1].id',
      {
        messages: [
          ...HELLO,
          {
            role: 'assistant',
            content: [
              { type: 'text', text: 'x' },
              { type: 'tool_use', name: 'a', input: {} },
            ],
          },
        ],
      },
    ],
    [
      'messages[1].content[0].type',
      {
        messages: [...HELLO, { role: 'tool', tool_call_id: 'a', content: [{ type: 'tool_result', tool_use_id: 'a' }] }],
      },
    ],
    [
      'messages[0].content[0].source.type',
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'x' } }] }] },
    ],
    ['input[0].role', { messages: undefined, input: [{ role: 'robot', content: 'x' }] }],
    ['previous_response_id', { messages: undefined, input: 'x', previous_response_id: 'resp_1' }],
  ])('are rejected with param %s if they are invalid', (param, body) => {
    expect(() => translate({ messages: HELLO, ...body })).toThrow(expect.objectContaining({ status: 400, param }));
  });

  it('have the same result as the format of chat', () => {
    const forms = [
      { type: 'function', function: { name: 'a', description: 'x', parameters: SCHEMA } },
      { type: 'function', name: 'a', description: 'x', parameters: SCHEMA },
      { name: 'a', description: 'x', input_schema: SCHEMA },
      { type: 'custom', name: 'a', description: 'x', input_schema: SCHEMA },
      { name: 'a', description: 'x', parameters: SCHEMA },
      { function: { name: 'a', description: 'x', parameters: SCHEMA } },
    ];
    const sent = forms.map((tool) => translate({ messages: HELLO, tools: [tool] }).inputs);
    for (const inputs of sent) expect(inputs).toEqual(sent[0]);
    const choices = ['auto', { type: 'auto' }].map((tool_choice) =>
      translate({ messages: HELLO, tools: [forms[0]], tool_choice }),
    );
    expect(choices[1]).toEqual(choices[0]);
    const forced = [
      { type: 'function', function: { name: 'a' } },
      { type: 'function', name: 'a' },
      { type: 'tool', name: 'a' },
    ].map((tool_choice) => translate({ messages: HELLO, tools: [forms[0]], tool_choice }));
    for (const translation of forced) expect(translation).toEqual(forced[0]);
  });

  it.each([
    ['chat', { messages: HELLO, tools: [CUSTOM] }],
    ['responses', { input: 'Hi', tools: [CUSTOM] }],
  ])('return calls in the format of chat, plain and streamed: %s', (_api, body) => {
    const toolUse = { toolUseId: 'call_1', name: sentName(body), input: { input: '*** Begin' } };
    const message = { role: 'assistant' as const, content: [{ toolUse }] };
    const [choice] = chatDialect.toAnswer(
      [{ output: { message }, stopReason: 'tool_use' } as unknown as ConverseAnswer],
      request(body),
      REPLY,
    ).choices;
    expect(choice!.message.tool_calls).toEqual([
      { id: 'call_1', type: 'custom', custom: { name: 'Apply.Patch', input: '*** Begin' } },
    ]);
    const writer = chatDialect.toFrames(request({ ...body, stream: true }), REPLY);
    const frames = [
      { contentBlockStart: { contentBlockIndex: 0, start: { toolUse: { toolUseId: 'call_1', name: toolUse.name } } } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { toolUse: { input: '{"input":"*** Begin"}' } } } },
      { contentBlockStop: { contentBlockIndex: 0 } },
      { messageStop: { stopReason: 'tool_use' as const } },
    ].flatMap((event) => writer.onEvent(event, 0));
    const deltas = frames.map(({ data }) => (JSON.parse(data) as { choices: { delta: object }[] }).choices[0]!.delta);
    expect(deltas).toContainEqual({
      tool_calls: [{ index: 0, id: 'call_1', type: 'custom', custom: { name: 'Apply.Patch', input: '' } }],
    });
    expect(deltas).toContainEqual({ tool_calls: [{ index: 0, custom: { input: '*** Begin' } }] });
  });

  it('find the calls among the content parts, for stored thinking', () => {
    const content = [{ type: 'tool_use', id: 'toolu_1', name: 'a', input: {} }];
    expect(chatDialect.callReferences!(request({ messages: [...HELLO, { role: 'assistant', content }] }))).toEqual([
      { id: 'toolu_1', name: 'a' },
    ]);
  });
});
