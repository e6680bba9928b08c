import { describe, expect, it } from '@jest/globals';

import { contextOf, type Generation } from '../../../test/support/model-cards.ts';
import { chatRequest } from '../openai-chat/request/chat-request.ts';
import type { TranslationOptions } from '../dialect.ts';
import type { ChatRequest } from '../openai-chat/chat-request.types.ts';

const SCHEMA = { type: 'object', properties: { a: { type: 'integer', minimum: 1 } }, required: ['a'] };
const NODE = { type: 'object', properties: { next: { $ref: '#/$defs/node' } } };
const NOW = { type: 'function', function: { name: 'now' } };

function ask(generation: Generation, body: object = {}, changes: Partial<TranslationOptions> = {}) {
  const response_format = { type: 'json_schema', json_schema: { name: 'thing', schema: SCHEMA } };
  const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], response_format, ...body };
  const { inputs, adjusted, schemaUse } = chatRequest(request as ChatRequest, contextOf(generation, changes));
  return { input: inputs[0]!, adjusted, expected: schemaUse?.expected, schemaUse };
}

function withSchema(schema: object) {
  return { response_format: { type: 'json_schema', json_schema: { name: 'thing', schema } } };
}

describe('the output format', () => {
  it.each<[string, Generation, object, Partial<TranslationOptions>, string]>([
    ['native', 'claude-sonnet-4-5', {}, {}, 'native'],
    ['native with thinking', 'claude-sonnet-4-5', { thinking: true }, {}, 'native'],
    ['native with tools of the client', 'claude-sonnet-4-5', { tools: [NOW] }, {}, 'native'],
    ['tool without constrained decoding', 'claude-3-5-sonnet', {}, {}, 'tool'],
    ['prompt with thinking, if it prevents a forced tool', 'claude-3-7-sonnet', { thinking: true }, {}, 'prompt'],
    ['tool without thinking', 'claude-3-7-sonnet', {}, {}, 'tool'],
    ['prompt if the model does not support forced tools', 'llama3-3-70b', {}, {}, 'prompt'],
    ['prompt if the model has no tools', 'claude-2', {}, {}, 'prompt'],
    ['prompt for any object', 'claude-sonnet-4-5', { response_format: { type: 'json_object' } }, {}, 'prompt'],
    ['prompt without a schema', 'claude-sonnet-4-5', { response_format: schemaless() }, {}, 'prompt'],
    ['tool for a recursive schema', 'claude-sonnet-4-5', withSchema({ ...NODE, $defs: { node: NODE } }), {}, 'tool'],
    ['prompt for a list', 'claude-sonnet-4-5', withSchema({ type: 'array', items: {} }), {}, 'prompt'],
    [
      'prompt for a union at the top level',
      'claude-sonnet-4-5',
      withSchema({ type: 'object', properties: { a: {} }, anyOf: [{}] }),
      {},
      'prompt',
    ],
    ['tool after a rejection of native', 'claude-sonnet-4-5', {}, { schemaFallback: { format: 'tool' } }, 'tool'],
    ['prompt after two rejections', 'claude-sonnet-4-5', {}, { schemaFallback: { format: 'prompt' } }, 'prompt'],
    [
      'tool if the model does not support native',
      'claude-3-5-sonnet',
      {},
      { schemaFallback: { format: 'native' } },
      'tool',
    ],
  ])('is %s: %s', (_case, generation, body, changes, way) => {
    const { expected, adjusted } = ask(generation, body, changes);
    expect(expected?.format).toBe(way);
    expect(adjusted.includes(`response_format=${way}`)).toBe(way !== 'native');
  });

  it('is none if the request forces a tool call, because the answer then has no text', () => {
    const { input, expected } = ask('claude-sonnet-4-5', { tools: [NOW], tool_choice: 'required' });
    expect(expected).toBeUndefined();
    expect(input.outputConfig).toBeUndefined();
  });
});

describe('native output', () => {
  it('sends the simplified schema and checks the original one', () => {
    const { input, adjusted, expected } = ask('claude-sonnet-4-5');
    const { name, schema } = input.outputConfig!.textFormat!.structure!.jsonSchema!;
    expect(name).toBe('thing');
    expect(JSON.parse(schema!)).toMatchObject({ additionalProperties: false, properties: { a: { type: 'integer' } } });
    expect(schema).not.toContain('"minimum"');
    expect(adjusted).toEqual(['response_format.json_schema.schema/properties/a=simplified']);
    expect(expected!.schema).toBe(SCHEMA);
  });

  it('reports a bounded number of places, in printable ASCII', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`é\r\n${index}`, { type: 'number', minimum: 0 }]),
    );
    const { adjusted } = ask('claude-sonnet-4-5', withSchema({ type: 'object', properties }));
    expect(adjusted).toHaveLength(10);
    expect(adjusted.slice(-2)).toEqual([
      'response_format.json_schema.schema/*=simplified',
      'response_format.json_schema.schema.properties=renamed',
    ]);
    for (const entry of adjusted) expect(entry).toMatch(/^[\x20-\x7e]+$/);
  });

  it('holds effort and format in one object', () => {
    const { input } = ask('claude-opus-4-6', { reasoning_effort: 'high' });
    expect(input.outputConfig).toMatchObject({ effort: 'high', textFormat: { type: 'json_schema' } });
    expect(input.additionalModelRequestFields).not.toHaveProperty('output_config');
  });

  it('removes a prefill', () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: '{' },
    ];
    expect(ask('claude-sonnet-4-5', { messages }).input.messages?.at(-1)?.role).toBe('user');
  });
});

describe('the answer tool', () => {
  it('is forced by name without tools of the client', () => {
    const { input, expected } = ask('claude-3-5-sonnet');
    expect(input.toolConfig).toMatchObject({
      tools: [{ toolSpec: { name: 'respond_with_json', inputSchema: { json: SCHEMA } } }],
      toolChoice: { tool: { name: 'respond_with_json' } },
    });
    expect(expected!.toolName).toBe('respond_with_json');
  });

  it('has a unique name, and the model must call it or a tool of the client', () => {
    const taken = { type: 'function', function: { name: 'respond_with_json' } };
    const { input, expected } = ask('claude-3-5-sonnet', { tools: [taken], parallel_tool_calls: true });
    expect(input.toolConfig!.toolChoice).toEqual({ any: {} });
    expect(input.toolConfig!.tools).toHaveLength(2);
    expect(expected!.toolName).toBe('respond_with_json_');
    expect(input.system?.at(-1)?.text).toContain('respond_with_json_');
  });

  it('is forced by name if tool_choice is none', () => {
    const { input } = ask('claude-3-5-sonnet', { tools: [NOW], tool_choice: 'none' });
    expect(input.toolConfig!.toolChoice).toEqual({ tool: { name: 'respond_with_json' } });
  });
});

describe('the JSON instruction', () => {
  it('follows the system prompt', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ];
    const { input } = ask('llama3-3-70b', { messages });
    expect(input.system).toHaveLength(2);
    expect(input.system![1]!.text).toContain(JSON.stringify(SCHEMA));
  });

  it('precedes the first user message if the model has no system prompt', () => {
    const { input } = ask('claude-2');
    expect(input.system).toBeUndefined();
    expect(input.messages![0]!.content).toHaveLength(2);
  });
});

describe('strict tools', () => {
  const strict = (parameters?: object) => ({
    response_format: { type: 'text' },
    tools: [{ type: 'function', function: { name: 'f', strict: true, parameters } }],
  });

  it('are sent as strict with a simplified schema', () => {
    const { input, adjusted, schemaUse } = ask('claude-sonnet-4-5', strict(SCHEMA));
    expect(input.toolConfig!.tools![0]!.toolSpec).toMatchObject({
      strict: true,
      inputSchema: { json: { additionalProperties: false } },
    });
    expect(adjusted).toEqual(['tools.parameters/properties/a=simplified']);
    expect(schemaUse).toEqual({ strictTools: 1, schemas: [SCHEMA] });
  });

  it.each([
    [
      'a schema that the grammar cannot express',
      strict({ type: 'object', additionalProperties: { type: 'string' } }),
      {},
    ],
    ['a schema that Bedrock rejected', strict(SCHEMA), { schemaFallback: { strictTools: 'dropped' as const } }],
  ])('lose strict for %s', (_case, body, changes) => {
    const { input, adjusted } = ask('claude-sonnet-4-5', body, changes);
    expect(input.toolConfig!.tools![0]!.toolSpec).not.toHaveProperty('strict');
    expect(adjusted).toEqual(['tools.strict=ignored']);
  });
});

function schemaless() {
  return { type: 'json_schema', json_schema: { name: 'thing' } };
}
