import { describe, expect, it } from '@jest/globals';

import { GatewayError } from '../../src/errors/errors.ts';
import { chatDialect } from '../../src/translation/openai-chat/chat-dialect.ts';
import { completionsDialect } from '../../src/translation/openai-completions/completions-dialect.ts';
import type { Dialect, DialectRequest } from '../../src/translation/dialect.ts';
import { messagesDialect } from '../../src/translation/anthropic/converse/messages-dialect.ts';
import { toInvokeBody } from '../../src/translation/anthropic/invoke-model/request/invoke-body.ts';
import type { MessagesRequest } from '../../src/translation/anthropic/types.ts';
import { MESSAGES_FIELD_SHAPES } from '../../src/translation/nested-fields/anthropic-shapes.ts';
import { CHAT_FIELD_SHAPES, COMPLETIONS_FIELD_SHAPES } from '../../src/translation/nested-fields/chat-shapes.ts';
import type { ShapeFields, Shape } from '../../src/translation/nested-fields/field-shape.ts';
import {
  inspectFields,
  type RequestFieldShapes,
  requestFieldShapes,
} from '../../src/translation/nested-fields/inspect-fields.ts';
import { RESPONSES_FIELD_SHAPES } from '../../src/translation/nested-fields/responses-shapes.ts';
import { Adjustments } from '../../src/translation/adjustments.ts';
import { DEFAULT_POLICY } from '../../src/translation/policy.ts';
import { responsesDialect } from '../../src/translation/openai-responses/responses-dialect.ts';
import { CHAT, COMPLETIONS, MESSAGES, OPAQUE, RESPONSES } from '../support/full-requests.ts';
import { contextOf, type Generation } from '../support/model-cards.ts';
import { openAiFields } from '../support/openai-fields.ts';

/** Unknown nested fields of a request are always reported, and rejected ones have their path and a reason. */

const NEW = 'field_of_next_year';

interface Subject {
  name: string;
  request: object;
  /** Throws GatewayError. */
  send: (request: object, unsupported: 'adjust' | 'reject') => readonly string[];
}

function sender<Request extends DialectRequest, Answer>(
  dialect: Dialect<Request, Answer>,
  generation: Generation,
): Subject['send'] {
  return (request, unsupported) => {
    const policy = { ...DEFAULT_POLICY, requests: { unsupportedFields: unsupported } };
    return dialect.toConverse(request as Request, contextOf(generation, { policy })).adjusted;
  };
}

const SUBJECTS: readonly Subject[] = [
  { name: 'chat', request: CHAT, send: sender(chatDialect, 'claude-3-7-sonnet') },
  { name: 'completions', request: COMPLETIONS, send: sender(completionsDialect, 'claude-3-7-sonnet') },
  { name: 'responses', request: RESPONSES, send: sender(responsesDialect, 'claude-3-7-sonnet') },
  { name: 'messages to other models', request: MESSAGES, send: sender(messagesDialect, 'nova-2-lite') },
];

/** Returns the paths of all nested objects, except those whose content the client defines. */
function objectsIn(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((entry, index) => objectsIn(entry, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.entries(value).flatMap(([name, field]) => {
    // The list `input` of responses has the same name as the input of a call.
    if (OPAQUE.includes(name) && !(path === '' && Array.isArray(field))) return [];
    return objectsIn(field, path === '' ? name : `${path}.${name}`);
  });
  return path === '' ? below : [path, ...below];
}

/** Returns the paths of all nested fields, with the same objects excluded. */
function fieldsIn(request: object): string[] {
  return objectsIn(request, '').flatMap((path) => Object.keys(at(request, path)).map((name) => `${path}.${name}`));
}

function at(request: object, path: string): Record<string, unknown> {
  const steps = path.split(/[.[\]]/).filter(Boolean);
  return steps.reduce<unknown>((value, step) => (value as ShapeFields)[step], request) as Record<string, unknown>;
}

function changed(
  request: object,
  path: string,
  change: (fields: Record<string, unknown>, name: string) => void,
): object {
  // structuredClone would keep an object that two places share.
  const copy = JSON.parse(JSON.stringify(request)) as object;
  const cut = path.lastIndexOf('.');
  change(at(copy, path.slice(0, cut)), path.slice(cut + 1));
  return copy;
}

function refusalOf(work: () => unknown): GatewayError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

describe.each(SUBJECTS)('nested fields of $name', ({ request, send }) => {
  const places = objectsIn(request, '');

  it('a known field is neither reported as unknown nor rejected', () => {
    expect(send(request, 'adjust').filter((entry) => entry.endsWith('=unknown'))).toEqual([]);
    expect(places.length).toBeGreaterThan(2);
  });

  it.each(places)('an unknown field of %s is reported, or rejected by its path', (path) => {
    const strange = changed(request, `${path}.${NEW}`, (fields, name) => (fields[name] = { a: 1 }));
    const place = `${path.replaceAll(/\[\d+\]/g, '')}.${NEW}`;
    expect(send(strange, 'adjust')).toContain(`${place}=unknown`);
    const param = `${path}.${NEW}`;
    expect(refusalOf(() => send(strange, 'reject'))).toMatchObject({
      status: 400,
      param,
      code: 'unsupported_parameter',
      message: expect.stringContaining(param) as unknown,
    });
  });

  it.each(places)('an unknown field of %s without effect is not reported', (path) => {
    const usual = send(request, 'adjust');
    for (const nothing of [null, '', [], {}]) {
      expect(
        send(
          changed(request, `${path}.${NEW}`, (fields, name) => (fields[name] = nothing)),
          'adjust',
        ),
      ).toEqual(usual);
    }
  });
});

describe('names of unknown fields', () => {
  const places = requestFieldShapes({ a: { shape: { fields: new Map() } } });
  const reported = (fields: object): string[] => {
    const adjustments = new Adjustments();
    inspectFields({ a: fields }, places, DEFAULT_POLICY, adjustments);
    return adjustments.list();
  };

  it('are repeated only if a header can hold them', () => {
    expect(reported({ 'a\r\nb': 1, ünknown: 1, ['x'.repeat(500)]: 1, __proto: 1 })).toEqual([
      'other_fields=unknown',
      'a.__proto=unknown',
    ]);
    expect(reported(JSON.parse('{"__proto__":1,"constructor":2}') as object)).toEqual([
      'a.__proto__=unknown',
      'a.constructor=unknown',
    ]);
  });

  it('are limited in number and length, in headers and in errors', () => {
    const many = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, index) => [`field_${index}`.padEnd(100, 'x'), 1]),
    );
    const list = reported(many);
    expect(list).toHaveLength(9);
    expect(list.join(', ').length).toBeLessThan(1_200);
    const policy = { ...DEFAULT_POLICY, requests: { unsupportedFields: 'reject' } } as const;
    const refusal = refusalOf(() => inspectFields({ a: { ['x'.repeat(500)]: 1 } }, places, policy, new Adjustments()));
    expect(refusal?.param).toHaveLength(66);
  });

  it('are listed without a path for each of many messages', () => {
    const messages = Array.from({ length: 2_000 }, () => ({ role: 'user', content: 'Hi', [NEW]: 1 }));
    const adjustments = new Adjustments();
    inspectFields({ messages }, CHAT_FIELD_SHAPES, DEFAULT_POLICY, adjustments);
    expect(adjustments.list()).toEqual([`messages.${NEW}=unknown`]);
  });

  it('are not searched for in nested lists', () => {
    let deep: unknown = [{ [NEW]: 1 }];
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    const adjustments = new Adjustments();
    inspectFields({ messages: deep }, CHAT_FIELD_SHAPES, DEFAULT_POLICY, adjustments);
    expect(adjustments.list()).toEqual([]);
  });
});

describe.each(SUBJECTS)('an invalid nested value of $name', ({ request, send }) => {
  const REASONS =
    /^(Missing required parameter: '|Invalid type for '|Invalid value: '|Invalid '|Two different tools|Tool "|'tool_choice' is only|An image must|A file must|A content block of type)/;
  /** Errors with a specific reason and solution. */
  const OTHER_REASONS: readonly string[] = [
    'unsupported_parameter',
    'unsupported_tool',
    'unsupported_item',
    'item_not_found',
  ];
  const TYPES: readonly [kind: string, value: unknown][] = [
    ['missing', undefined],
    ['null', null],
    ['a number', 7],
    ['a decimal number', -1.5],
    ['a boolean', true],
    ['an empty string', ''],
    ['a string', 'nonsense'],
    ['an empty list', []],
    ['a list', [7]],
    ['an empty object', {}],
    ['an object', { a: 1 }],
  ];

  it.each(fieldsIn(request))('of %s is rejected with its path and a reason, if at all', (path) => {
    const parent = path.slice(0, path.lastIndexOf('.'));
    for (const [kind, value] of TYPES) {
      const wrong = changed(request, path, (fields, name) => {
        if (kind === 'missing') delete fields[name];
        else fields[name] = value;
      });
      const refusal = refusalOf(() => send(wrong, 'adjust'));
      if (refusal === undefined) continue;
      const outcome = `${kind}: ${refusal.param}: ${refusal.message}`;
      // A name without its tool is rejected at its own path.
      const isThere = refusal.param?.startsWith(parent) === true || refusal.message.startsWith('Tool "');
      expect([outcome, refusal.status, isThere]).toEqual([outcome, 400, true]);
      if (OTHER_REASONS.includes(refusal.code ?? '')) continue;
      expect(outcome.slice(outcome.indexOf(refusal.message))).toMatch(REASONS);
    }
  });
});

describe('fields of OpenAI’s specification', () => {
  const shapeAt = (places: RequestFieldShapes, path: string, ...objects: readonly ShapeFields[]): Shape | undefined => {
    const [first = '', ...steps] = path.split('.');
    let shape = places.get(first)?.shape;
    const [sample, ...samples] = objects;
    while (shape?.choose !== undefined) shape = shape.choose(sample ?? {});
    for (const step of steps) {
      const below = shape?.fields.get(step);
      shape = typeof below === 'object' && 'fields' in below ? below : undefined;
      while (shape?.choose !== undefined) shape = shape.choose(samples[0] ?? {});
    }
    return shape;
  };
  const item = (type: string): ShapeFields => ({ type });

  it.each<[schema: string, places: RequestFieldShapes, path: string, ...objects: ShapeFields[]]>([
    ['ChatCompletionRequestDeveloperMessage', CHAT_FIELD_SHAPES, 'messages', { role: 'developer' }],
    ['ChatCompletionRequestSystemMessage', CHAT_FIELD_SHAPES, 'messages', { role: 'system' }],
    ['ChatCompletionRequestUserMessage', CHAT_FIELD_SHAPES, 'messages', { role: 'user' }],
    ['ChatCompletionRequestAssistantMessage', CHAT_FIELD_SHAPES, 'messages', { role: 'assistant' }],
    ['ChatCompletionResponseMessage', CHAT_FIELD_SHAPES, 'messages', { role: 'assistant' }],
    ['ChatCompletionRequestToolMessage', CHAT_FIELD_SHAPES, 'messages', { role: 'tool' }],
    ['ChatCompletionRequestFunctionMessage', CHAT_FIELD_SHAPES, 'messages', { role: 'function' }],
    ['ChatCompletionMessageToolCall', CHAT_FIELD_SHAPES, 'messages.tool_calls', { role: 'assistant' }],
    ['ChatCompletionMessageCustomToolCall', CHAT_FIELD_SHAPES, 'messages.tool_calls', { role: 'assistant' }],
    ['ChatCompletionMessageToolCallChunk', CHAT_FIELD_SHAPES, 'messages.tool_calls', { role: 'assistant' }],
    [
      'ChatCompletionRequestMessageContentPartText',
      CHAT_FIELD_SHAPES,
      'messages.content',
      { role: 'user' },
      item('text'),
    ],
    [
      'ChatCompletionRequestMessageContentPartImage',
      CHAT_FIELD_SHAPES,
      'messages.content',
      { role: 'user' },
      item('image_url'),
    ],
    [
      'ChatCompletionRequestMessageContentPartAudio',
      CHAT_FIELD_SHAPES,
      'messages.content',
      { role: 'user' },
      item('input_audio'),
    ],
    [
      'ChatCompletionRequestMessageContentPartFile',
      CHAT_FIELD_SHAPES,
      'messages.content',
      { role: 'user' },
      item('file'),
    ],
    [
      'ChatCompletionRequestMessageContentPartRefusal',
      CHAT_FIELD_SHAPES,
      'messages.content',
      { role: 'assistant' },
      item('refusal'),
    ],
    ['ChatCompletionTool', CHAT_FIELD_SHAPES, 'tools', { type: 'function', function: {} }],
    ['FunctionObject', CHAT_FIELD_SHAPES, 'tools.function', { type: 'function', function: {} }],
    ['CustomToolChatCompletions', CHAT_FIELD_SHAPES, 'tools', { type: 'custom', custom: {} }],
    ['ChatCompletionFunctions', CHAT_FIELD_SHAPES, 'functions'],
    ['ChatCompletionAllowedToolsChoice', CHAT_FIELD_SHAPES, 'tool_choice'],
    ['ChatCompletionAllowedTools', CHAT_FIELD_SHAPES, 'tool_choice.allowed_tools'],
    ['ChatCompletionNamedToolChoice', CHAT_FIELD_SHAPES, 'tool_choice'],
    ['ChatCompletionNamedToolChoiceCustom', CHAT_FIELD_SHAPES, 'tool_choice'],
    ['ChatCompletionStreamOptions', CHAT_FIELD_SHAPES, 'stream_options'],
    ['ChatCompletionStreamOptions', COMPLETIONS_FIELD_SHAPES, 'stream_options'],
    ['ResponseFormatJsonSchema', CHAT_FIELD_SHAPES, 'response_format', item('json_schema')],
    ['PromptCacheOptionsParam', CHAT_FIELD_SHAPES, 'prompt_cache_options'],
    ['Reasoning', RESPONSES_FIELD_SHAPES, 'reasoning'],
    ['ResponseTextParam', RESPONSES_FIELD_SHAPES, 'text'],
    ['TextResponseFormatJsonSchema', RESPONSES_FIELD_SHAPES, 'text.format', {}, item('json_schema')],
    ['ToolChoiceAllowed', RESPONSES_FIELD_SHAPES, 'tool_choice'],
    ['ToolChoiceFunction', RESPONSES_FIELD_SHAPES, 'tool_choice'],
    ['FunctionToolParam', RESPONSES_FIELD_SHAPES, 'tools', item('function')],
    ['FunctionTool', RESPONSES_FIELD_SHAPES, 'tools', item('function')],
    ['CustomToolParam', RESPONSES_FIELD_SHAPES, 'tools', item('custom')],
    ['CustomGrammarFormatParam', RESPONSES_FIELD_SHAPES, 'tools.format', item('custom')],
    ['NamespaceToolParam', RESPONSES_FIELD_SHAPES, 'tools', item('namespace')],
    ['FunctionShellToolParam', RESPONSES_FIELD_SHAPES, 'tools', item('shell')],
    [
      'LocalEnvironmentParam',
      RESPONSES_FIELD_SHAPES,
      'tools.environment',
      { type: 'shell', environment: item('local') },
      item('local'),
    ],
    ['LocalShellToolParam', RESPONSES_FIELD_SHAPES, 'tools', item('local_shell')],
    ['ApplyPatchToolParam', RESPONSES_FIELD_SHAPES, 'tools', item('apply_patch')],
    ['ToolSearchToolParam', RESPONSES_FIELD_SHAPES, 'tools', item('tool_search')],
    ['EasyInputMessage', RESPONSES_FIELD_SHAPES, 'input', { role: 'user' }],
    ['InputMessage', RESPONSES_FIELD_SHAPES, 'input', item('message')],
    ['OutputMessage', RESPONSES_FIELD_SHAPES, 'input', item('message')],
    ['InputTextContent', RESPONSES_FIELD_SHAPES, 'input.content', item('message'), item('input_text')],
    ['OutputTextContent', RESPONSES_FIELD_SHAPES, 'input.content', item('message'), item('output_text')],
    ['InputImageContent', RESPONSES_FIELD_SHAPES, 'input.content', item('message'), item('input_image')],
    ['InputFileContent', RESPONSES_FIELD_SHAPES, 'input.content', item('message'), item('input_file')],
    ['ReasoningItem', RESPONSES_FIELD_SHAPES, 'input', item('reasoning')],
    ['CompactionBody', RESPONSES_FIELD_SHAPES, 'input', item('compaction')],
    ['ItemReferenceParam', RESPONSES_FIELD_SHAPES, 'input', item('item_reference')],
    ['AdditionalTools', RESPONSES_FIELD_SHAPES, 'input', item('additional_tools')],
    ['FunctionToolCall', RESPONSES_FIELD_SHAPES, 'input', item('function_call')],
    ['FunctionToolCallOutputResource', RESPONSES_FIELD_SHAPES, 'input', item('function_call_output')],
    ['CustomToolCall', RESPONSES_FIELD_SHAPES, 'input', item('custom_tool_call')],
    ['CustomToolCallOutputResource', RESPONSES_FIELD_SHAPES, 'input', item('custom_tool_call_output')],
    ['FunctionShellCall', RESPONSES_FIELD_SHAPES, 'input', item('shell_call')],
    ['FunctionShellCallOutput', RESPONSES_FIELD_SHAPES, 'input', item('shell_call_output')],
    ['FunctionShellCallOutputContent', RESPONSES_FIELD_SHAPES, 'input.output', item('shell_call_output')],
    ['LocalShellToolCall', RESPONSES_FIELD_SHAPES, 'input', item('local_shell_call')],
    ['LocalShellToolCallOutput', RESPONSES_FIELD_SHAPES, 'input', item('local_shell_call_output')],
    ['ApplyPatchToolCall', RESPONSES_FIELD_SHAPES, 'input', item('apply_patch_call')],
    ['ApplyPatchToolCallOutput', RESPONSES_FIELD_SHAPES, 'input', item('apply_patch_call_output')],
    ['ToolSearchCall', RESPONSES_FIELD_SHAPES, 'input', item('tool_search_call')],
    ['ToolSearchOutput', RESPONSES_FIELD_SHAPES, 'input', item('tool_search_output')],
  ])('%s are known', (schema, places, path, ...objects) => {
    const known = shapeAt(places, path, ...objects);
    expect(known).toBeDefined();
    const fields = openAiFields(schema) ?? [];
    expect(fields.filter((field) => !/[.[]/.test(field) && !known!.fields.has(field))).toEqual([]);
  });
});

describe('messages to Claude', () => {
  const GENERATIONS: readonly Generation[] = [
    'claude-3-5-sonnet',
    'claude-3-7-sonnet',
    'claude-sonnet-4-5',
    'claude-opus-4-8',
  ];
  /**
   * Causes for the gateway to rewrite a request: joined turns, system messages between turns, forced tools, another
   * thinking form.
   */
  const requests: Readonly<Record<string, object>> = {
    plain: MESSAGES,
    'forced tool': {
      ...MESSAGES,
      tool_choice: { type: 'tool', name: 'f' },
      thinking: { type: 'enabled', budget_tokens: 1_024 },
    },
    'joined turns': {
      ...MESSAGES,
      thinking: { type: 'adaptive' },
      messages: [
        { role: 'system', content: 'First.' },
        ...MESSAGES.messages,
        { role: 'user', content: 'And?' },
        { role: 'assistant', content: 'So.' },
        { role: 'system', content: 'Then.' },
        { role: 'assistant', content: 'On.' },
        { role: 'user', content: 'Go.' },
      ],
    },
  };

  it.each(
    Object.entries(requests).flatMap(([name, request]) => objectsIn(request, '').map((path) => [name, path] as const)),
  )('%s: an unknown field of %s reaches the model, which rejects it, or is reported', (name, path) => {
    for (const generation of GENERATIONS) {
      const strange = changed(requests[name]!, `${path}.${NEW}`, (fields, field) => (fields[field] = 'kept'));
      const { body, adjusted } = toInvokeBody(strange as unknown as MessagesRequest, {}, contextOf(generation));
      const lost = /^(messages|thinking|output_config|tools|tool_choice|system|cache_control)/;
      const isReported = adjusted.some(
        (entry) => entry.includes(NEW) || (/=(dropped|unsigned)$/.test(entry) && lost.test(entry)),
      );
      expect([generation, JSON.stringify(body).includes(NEW) || isReported]).toEqual([generation, true]);
    }
  });
});

describe('fields that clients return', () => {
  const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };
  const tools = [{ type: 'function', function: { name: 'f' } }];
  const result = { role: 'tool', tool_call_id: 'call_1', content: 'Sun' };

  it.each<[client: string, message: object, result: object]>([
    [
      'the OpenAI SDKs',
      {
        role: 'assistant',
        content: 'I look.',
        refusal: null,
        annotations: [],
        audio: null,
        function_call: null,
        tool_calls: [call],
      },
      result,
    ],
    [
      'the OpenAI SDKs after parse',
      {
        role: 'assistant',
        content: '{"a":1}',
        parsed: { a: 1 },
        annotations: [
          { type: 'url_citation', url_citation: { url: 'https://a.test', title: 'a', start_index: 0, end_index: 1 } },
        ],
        tool_calls: [{ ...call, index: 0, function: { ...call.function, parsed_arguments: { a: 1 } } }],
      },
      result,
    ],
    [
      'LiteLLM',
      {
        role: 'assistant',
        content: 'I look.',
        provider_specific_fields: { a: 1 },
        tool_calls: [{ ...call, index: 0, provider_specific_fields: { thought_signature: 'a' } }],
      },
      { ...result, name: 'f' },
    ],
    [
      'LangChain',
      {
        role: 'assistant',
        content: [{ type: 'text', text: 'I look.', annotations: [{ a: 1 }], index: 0, id: 'msg_1' }],
        additional_kwargs: { a: 1 },
        response_metadata: { finish_reason: 'stop' },
        usage_metadata: { input_tokens: 1 },
        id: 'run-1',
        tool_calls: [call],
      },
      { ...result, name: 'f', status: 'success', id: 'a' },
    ],
    [
      'the AI SDK',
      {
        role: 'assistant',
        content: 'I look.',
        providerOptions: { a: { b: 1 } },
        tool_calls: [{ ...call, extra_content: { google: { thought_signature: 'a' } } }],
      },
      { ...result, providerOptions: { a: { b: 1 } } },
    ],
    [
      'clients that store conversations',
      {
        id: 'msg_1',
        object: 'chat.completion',
        created: 1,
        created_at: 1,
        createdAt: '2026',
        timestamp: 1,
        ts: 1,
        model: 'm',
        usage: { total_tokens: 1 },
        finish_reason: 'stop',
        status: 'completed',
        metadata: { a: '1' },
        role: 'assistant',
        content: 'I look.',
        tool_calls: [call],
      },
      { ...result, id: 'msg_2', timestamp: 2 },
    ],
  ])('in chat from %s are neither reported nor rejected', (_client, message, answer) => {
    const messages = [{ role: 'user', content: 'Hi' }, message, answer];
    for (const unsupported of ['adjust', 'reject'] as const) {
      expect(sender(chatDialect, 'claude-sonnet-4-5')({ model: 'm', tools, messages }, unsupported)).toEqual([]);
    }
  });

  it('in responses are neither reported nor rejected', () => {
    const input = [
      { role: 'user', content: 'Hi' },
      {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        status: 'completed',
        phase: 'commentary',
        end_turn: false,
        content: [
          { type: 'output_text', text: 'I look.', annotations: [{ a: 1 }], logprobs: [{ a: 1 }], parsed: { a: 1 } },
        ],
      },
      {
        id: 'fc_1',
        type: 'function_call',
        status: 'completed',
        call_id: 'call_1',
        name: 'f',
        arguments: '{}',
        parsed_arguments: { a: 1 },
        caller: { type: 'direct' },
        created_by: 'a',
      },
      { id: 'fco_1', type: 'function_call_output', status: 'completed', call_id: 'call_1', output: 'Sun', name: 'f' },
    ];
    const request = { model: 'm', input, tools: [{ type: 'function', name: 'f', parameters: null, strict: null }] };
    for (const unsupported of ['adjust', 'reject'] as const) {
      expect(sender(responsesDialect, 'claude-sonnet-4-5')(request, unsupported)).toEqual([]);
    }
  });

  it('in messages to other models are neither reported nor rejected', () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      {
        id: 'msg_1',
        type: 'message',
        model: 'm',
        stop_reason: 'tool_use',
        stop_sequence: null,
        usage: { input_tokens: 1 },
        role: 'assistant',
        content: [
          { type: 'text', text: 'I look.', citations: [{ type: 'page_location' }], parsed_output: { a: 1 } },
          { type: 'tool_use', id: 'call_1', name: 'f', input: {}, caller: { type: 'direct' } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: 'Sun' }] },
    ];
    const request = { model: 'm', max_tokens: 9, messages, tools: [{ name: 'f', input_schema: { type: 'object' } }] };
    for (const unsupported of ['adjust', 'reject'] as const) {
      expect(sender(messagesDialect, 'nova-2-lite')(request, unsupported)).toEqual([]);
    }
    expect([...MESSAGES_FIELD_SHAPES.keys()]).toContain('messages');
  });
});
