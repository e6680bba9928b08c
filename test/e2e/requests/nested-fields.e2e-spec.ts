import { startGateway, type TestGateway } from '../../support/gateway.ts';

/** Unknown nested fields over HTTP: reported in the header or rejected with their path, on every endpoint. */

const MODEL = 'claude-haiku-4-5';
const TEXT = { type: 'text', text: 'Hello', field_of_next_year: 1 };
const CHAT = { model: MODEL, messages: [{ role: 'user', content: [TEXT] }] };
const MESSAGE = { ...CHAT, model: 'nova-lite', max_tokens: 16 };
const COMPLETION = { model: MODEL, prompt: 'Hello', performanceConfig: { field_of_next_year: 1 } };
const RESPONSE = {
  model: MODEL,
  input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hello', field_of_next_year: 1 }] }],
};
const HISTORY = {
  model: MODEL,
  input: [
    { role: 'user', content: 'Hello' },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi', field_of_next_year: 1 }] },
    { role: 'user', content: 'And?' },
  ],
};
const MODERATION = { input: [TEXT] };
const EMBEDDING = { model: 'titan-embed-text-v2', input: 'Hello', field_of_next_year: 1 };

type Row = [path: string, body: object, reported: string, param: string];

const ROWS: readonly Row[] = [
  ['/v1/chat/completions', CHAT, 'messages.content.field_of_next_year', 'messages[0].content[0].field_of_next_year'],
  ['/v1/chat/completions', RESPONSE, 'input.content.field_of_next_year', 'input[0].content[0].field_of_next_year'],
  ['/v1/completions', COMPLETION, 'performanceConfig.field_of_next_year', 'performanceConfig.field_of_next_year'],
  ['/v1/responses', RESPONSE, 'input.content.field_of_next_year', 'input[0].content[0].field_of_next_year'],
  ['/v1/responses', HISTORY, 'input.content.field_of_next_year', 'input[1].content[0].field_of_next_year'],
  ['/v1/messages', MESSAGE, 'messages.content.field_of_next_year', 'messages.0.content.0.field_of_next_year'],
  [
    '/v1/messages/count_tokens',
    MESSAGE,
    'messages.content.field_of_next_year',
    'messages.0.content.0.field_of_next_year',
  ],
  ['/v1/moderations', MODERATION, 'input.field_of_next_year', 'input[0].field_of_next_year'],
  ['/v1/moderations', { input: 'Hello', field_of_next_year: 1 }, 'field_of_next_year', 'field_of_next_year'],
  ['/v1/embeddings', EMBEDDING, 'field_of_next_year', 'field_of_next_year'],
];

const GUARDRAIL = 'guardrail: { id: gr-1, version: "1" }';

function isStreamed(path: string): boolean {
  return !/moderations|embeddings|count_tokens/.test(path);
}

describe('an unknown nested field', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway(GUARDRAIL);
  });
  afterAll(() => gateway.close());

  it.each(ROWS)('%s %j is reported', async (path, body, reported) => {
    for (const stream of isStreamed(path) ? [false, true] : [undefined]) {
      const answer = await gateway.send(path, { body: { ...body, stream } });
      expect([answer.status, answer.headers.get('x-outcrop-adjusted')]).toEqual([
        200,
        expect.stringContaining(`${reported}=unknown`),
      ]);
      await answer.text();
    }
  });

  it('is forwarded to Claude on messages, whose error the client receives', async () => {
    gateway.emulator.reset();
    await gateway.send('/v1/messages', { body: { ...MESSAGE, model: MODEL } });
    expect(JSON.stringify(gateway.emulator.requests[0]?.body)).toContain('field_of_next_year');
  });
});

describe('an unknown nested field, if the settings reject it,', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway(`${GUARDRAIL}\nparams: { unsupported: reject }`);
  });
  afterAll(() => gateway.close());

  it.each(ROWS)('%s %j is rejected', async (path, body, _reported, param) => {
    gateway.emulator.reset();
    for (const stream of isStreamed(path) ? [false, true] : [undefined]) {
      const answer = await gateway.send(path, { body: { ...body, stream } });
      const { error } = (await answer.json()) as { error: { param?: string; code?: string; message: string } };
      expect(answer.status).toBe(400);
      if (path.startsWith('/v1/messages')) expect(error.message).toContain(param);
      else expect(error).toMatchObject({ param, code: 'unsupported_parameter' });
    }
    expect(gateway.emulator.requests).toEqual([]);
  });
});

describe('an invalid value', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway(GUARDRAIL);
  });
  afterAll(() => gateway.close());

  const chat = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] };
  const tools = [{ type: 'function', function: { name: 'f' } }];
  const response = { model: MODEL, input: 'Hello' };
  const completion = { model: MODEL, prompt: 'Hello' };
  const message = { ...chat, max_tokens: 16, model: 'nova-lite' };

  it.each<[path: string, body: object, param: string, code: string]>([
    ['/v1/chat/completions', { ...chat, performance_config: '' }, 'performance_config', 'invalid_type'],
    ['/v1/chat/completions', { ...chat, performanceConfig: [] }, 'performanceConfig', 'invalid_type'],
    [
      '/v1/chat/completions',
      { ...chat, additional_model_request_fields: '' },
      'additional_model_request_fields',
      'invalid_type',
    ],
    ['/v1/chat/completions', { ...chat, service_tier: '' }, 'service_tier', 'invalid_value'],
    ['/v1/chat/completions', { ...chat, tools, tool_choice: '' }, 'tool_choice', 'invalid_value'],
    ['/v1/chat/completions', { ...chat, tool_choice: '' }, 'tool_choice', 'invalid_value'],
    ['/v1/chat/completions', { ...chat, tools, tool_choice: {} }, 'tool_choice.type', 'missing_required_parameter'],
    ['/v1/chat/completions', { ...chat, function_call: '' }, 'function_call', 'invalid_value'],
    ['/v1/chat/completions', { ...chat, response_format: {} }, 'response_format.type', 'missing_required_parameter'],
    ['/v1/chat/completions', { ...chat, thinking: '' }, 'thinking', 'invalid_type'],
    ['/v1/chat/completions', { ...chat, thinking: [] }, 'thinking', 'invalid_type'],
    ['/v1/chat/completions', { ...chat, prompt_cache_options: '' }, 'prompt_cache_options', 'invalid_type'],
    ['/v1/chat/completions', { ...chat, prompt_cache_retention: '' }, 'prompt_cache_retention', 'invalid_value'],
    ['/v1/chat/completions', { ...chat, reasoning_effort: '' }, 'reasoning_effort', 'invalid_value'],
    [
      '/v1/chat/completions',
      { ...chat, stream_options: { include_usage: 'yes' } },
      'stream_options.include_usage',
      'invalid_type',
    ],
    ['/v1/chat/completions', { ...chat, metadata: { a: 1 } }, 'metadata.a', 'invalid_type'],
    ['/v1/completions', { ...completion, performance_config: '' }, 'performance_config', 'invalid_type'],
    ['/v1/completions', { ...completion, service_tier: '' }, 'service_tier', 'invalid_value'],
    ['/v1/responses', { ...response, reasoning: '' }, 'reasoning', 'invalid_type'],
    ['/v1/responses', { ...response, reasoning: { effort: '' } }, 'reasoning.effort', 'invalid_value'],
    ['/v1/responses', { ...response, reasoning: { summary: '' } }, 'reasoning.summary', 'invalid_value'],
    ['/v1/responses', { ...response, text: { format: {} } }, 'text.format.type', 'missing_required_parameter'],
    ['/v1/responses', { ...response, tool_choice: '' }, 'tool_choice', 'invalid_value'],
    ['/v1/responses', { ...response, include: [1] }, 'include[0]', 'invalid_type'],
    [
      '/v1/embeddings',
      { model: 'titan-embed-text-v2', input: 'x', encoding_format: '' },
      'encoding_format',
      'invalid_value',
    ],
    ['/v1/embeddings', { model: 'cohere-embed-v4', input: 'x', input_type: '' }, 'input_type', 'invalid_value'],
    ['/v1/moderations', { input: [{ type: 'text' }] }, 'input[0].text', 'missing_required_parameter'],
    ['/v1/moderations', { input: [{ type: 'video', text: 'x' }] }, 'input[0].type', 'invalid_value'],
    ['/v1/moderations', { input: [{ type: 'text', text: '' }] }, 'input[0].text', 'empty_string'],
    ['/v1/messages', { ...message, service_tier: '' }, "Invalid value: ''", ''],
    ['/v1/messages', { ...message, tool_choice: '' }, 'tool_choice', ''],
    ['/v1/messages', { ...message, mcp_servers: '' }, 'mcp_servers', ''],
    ['/v1/messages', { ...message, model: MODEL, mcp_servers: {} }, 'mcp_servers', ''],
    ['/v1/messages', { ...message, anthropic_beta: {} }, 'anthropic_beta', ''],
    ['/v1/messages', { ...message, thinking: {} }, 'thinking.type', ''],
    [
      '/v1/messages',
      { ...message, messages: [{ role: 'user', content: [{ type: 'image', source: {} }] }] },
      'source.type',
      '',
    ],
  ])('%s %j is rejected', async (path, body, param, code) => {
    const answer = await gateway.send(path, { body });
    const { error } = (await answer.json()) as { error: { message: string } };
    expect(answer.status).toBe(400);
    if (code === '') expect(error.message).toContain(param);
    else expect(error).toMatchObject({ param, code });
  });

  it.each<[path: string, body: object]>([
    [
      '/v1/chat/completions',
      { ...chat, performance_config: {}, prompt_cache_key: '', user: '', metadata: {}, tools: [], functions: [] },
    ],
    [
      '/v1/chat/completions',
      { ...chat, stream_options: {}, additional_model_request_fields: {}, function_call: null, tool_choice: null },
    ],
    [
      '/v1/responses',
      { ...response, reasoning: {}, text: {}, include: [], instructions: '', tools: [], prompt_cache_key: '' },
    ],
    ['/v1/completions', { ...completion, suffix: '', logit_bias: {}, metadata: {} }],
    [
      '/v1/messages',
      {
        ...message,
        output_config: {},
        metadata: {},
        stop_sequences: [],
        tools: [],
        mcp_servers: [],
        anthropic_beta: [],
      },
    ],
  ])('%s %j counts as unset', async (path, body) => {
    const answer = await gateway.send(path, { body });
    expect([answer.status, answer.headers.get('x-outcrop-adjusted')]).toEqual([200, null]);
  });
});
