import { startGateway, type TestGateway } from '../../support/gateway.ts';

/** Message, field and code of a validation error, on every endpoint that validates a body. */

const MODEL = 'claude-haiku-4-5';
const CHAT = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] };
const RESPONSE = { model: MODEL, input: 'Hello' };
const COMPLETION = { model: MODEL, prompt: 'Hello' };
const EMBEDDING = { model: 'titan-embed-text-v2', input: 'Hello' };
const MESSAGE = { ...CHAT, max_tokens: 16 };
const EFFORTS = "'none', 'minimal', 'low', 'medium', 'high', 'xhigh' and 'max'";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway('guardrail: { id: gr-1, version: "1" }');
});
afterAll(() => gateway.close());

type Row = [path: string, body: object, param: string, code: string, message: string];

const MISSING = (path: string, body: object, param: string): Row => [
  path,
  { ...body, [param]: undefined },
  param,
  'missing_required_parameter',
  `Missing required parameter: '${param}'.`,
];
const TYPED = (path: string, body: object, param: string, expected: string, got: string): Row => [
  path,
  body,
  param,
  'invalid_type',
  `Invalid type for '${param}': expected ${expected}, but got ${got} instead.`,
];
const TEXTS = 'one of a string or an array of strings';

describe("a validation error in OpenAI's format", () => {
  it.each<Row>([
    MISSING('/v1/chat/completions', CHAT, 'messages'),
    MISSING('/v1/responses', RESPONSE, 'input'),
    MISSING('/v1/completions', COMPLETION, 'prompt'),
    MISSING('/v1/embeddings', EMBEDDING, 'input'),
    MISSING('/v1/moderations', { input: 'x' }, 'input'),
    TYPED('/v1/chat/completions', { ...CHAT, messages: null }, 'messages', 'an array', 'null'),
    TYPED('/v1/chat/completions', { ...CHAT, messages: {} }, 'messages', 'an array', 'an object'),
    TYPED('/v1/chat/completions', { ...CHAT, messages: 'x' }, 'messages', 'an array', 'a string'),
    TYPED('/v1/chat/completions', { ...CHAT, messages: [5] }, 'messages[0]', 'an object', 'an integer'),
    TYPED('/v1/chat/completions', { ...CHAT, temperature: '0.5' }, 'temperature', 'a number', 'a string'),
    TYPED('/v1/chat/completions', { ...CHAT, max_tokens: '100' }, 'max_tokens', 'an integer', 'a string'),
    TYPED('/v1/chat/completions', { ...CHAT, max_tokens: 1.5 }, 'max_tokens', 'an integer', 'a decimal number'),
    TYPED('/v1/chat/completions', { ...CHAT, n: '1' }, 'n', 'an integer', 'a string'),
    TYPED('/v1/chat/completions', { ...CHAT, stream: 'true' }, 'stream', 'a boolean', 'a string'),
    TYPED('/v1/chat/completions', { ...CHAT, include_reasoning: 'no' }, 'include_reasoning', 'a boolean', 'a string'),
    TYPED(
      '/v1/chat/completions',
      { ...RESPONSE, include_reasoning: 0 },
      'include_reasoning',
      'a boolean',
      'an integer',
    ),
    TYPED('/v1/chat/completions', { ...CHAT, tools: {} }, 'tools', 'an array', 'an object'),
    TYPED(
      '/v1/chat/completions',
      { ...CHAT, parallel_tool_calls: 'x' },
      'parallel_tool_calls',
      'a boolean',
      'a string',
    ),
    TYPED('/v1/responses', { ...RESPONSE, prompt_cache_key: 5 }, 'prompt_cache_key', 'a string', 'an integer'),
    TYPED('/v1/chat/completions', { ...CHAT, stop: 5 }, 'stop', TEXTS, 'an integer'),
    TYPED('/v1/chat/completions', { ...CHAT, metadata: 'x' }, 'metadata', 'an object', 'a string'),
    TYPED('/v1/responses', { ...RESPONSE, input: null }, 'input', 'one of a string or an array of items', 'null'),
    TYPED('/v1/responses', { ...RESPONSE, input: 5 }, 'input', 'one of a string or an array of items', 'an integer'),
    TYPED('/v1/responses', { ...RESPONSE, temperature: '1' }, 'temperature', 'a number', 'a string'),
    TYPED('/v1/responses', { ...RESPONSE, max_output_tokens: '9' }, 'max_output_tokens', 'an integer', 'a string'),
    TYPED('/v1/completions', { ...COMPLETION, prompt: null }, 'prompt', TEXTS, 'null'),
    TYPED('/v1/completions', { ...COMPLETION, prompt: true }, 'prompt', TEXTS, 'a boolean'),
    TYPED('/v1/embeddings', { ...EMBEDDING, dimensions: '256' }, 'dimensions', 'an integer', 'a string'),
    TYPED('/v1/embeddings', { ...EMBEDDING, input: { a: 1 } }, 'input', TEXTS, 'an object'),
    TYPED('/v1/moderations', { input: true }, 'input', TEXTS, 'a boolean'),
    [
      '/v1/chat/completions',
      { ...CHAT, messages: [] },
      'messages',
      'empty_array',
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    ],
    [
      '/v1/chat/completions',
      { ...CHAT, model: '' },
      'model',
      'empty_string',
      "Invalid 'model': empty string. Expected a string with minimum length 1, but got an empty string instead.",
    ],
    [
      '/v1/chat/completions',
      { ...CHAT, temperature: 2.1 },
      'temperature',
      'decimal_above_max_value',
      "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 2.1 instead.",
    ],
    [
      '/v1/responses',
      { ...RESPONSE, top_p: -1 },
      'top_p',
      'decimal_below_min_value',
      "Invalid 'top_p': decimal below minimum value. Expected a value >= 0, but got -1 instead.",
    ],
    [
      '/v1/completions',
      { ...COMPLETION, max_tokens: 0 },
      'max_tokens',
      'integer_below_min_value',
      "Invalid 'max_tokens': integer below minimum value. Expected a value >= 1, but got 0 instead.",
    ],
    [
      '/v1/chat/completions',
      { ...CHAT, top_logprobs: 21 },
      'top_logprobs',
      'integer_above_max_value',
      "Invalid 'top_logprobs': integer above maximum value. Expected a value <= 20, but got 21 instead.",
    ],
    [
      '/v1/chat/completions',
      { ...CHAT, reasoning_effort: 'x'.repeat(100) },
      'reasoning_effort',
      'invalid_value',
      `Invalid value: '${'x'.repeat(64)}…'. Supported values are: ${EFFORTS}.`,
    ],
  ])('%s %j', async (path, body, param, code, message) => {
    const answer = await gateway.send(path, { body });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { error: { message, type: 'invalid_request_error', param, code } },
    ]);
  });
});

describe("a validation error in Anthropic's format", () => {
  it.each([
    [{ max_tokens: undefined }, 'max_tokens: Field required'],
    [{ messages: undefined }, 'messages: Field required'],
    [{ max_tokens: '5' }, 'max_tokens: Input should be a valid integer'],
    [{ max_tokens: -1 }, 'max_tokens: Input should be greater than or equal to 0'],
    [{ messages: {} }, 'messages: Input should be a valid list'],
    [{ messages: [] }, 'messages: at least one message is required'],
    [{ stream: 'true' }, 'stream: Input should be a valid boolean'],
    [{ temperature: 1.1 }, 'temperature: Input should be less than or equal to 1'],
    [{ temperature: -0.1 }, 'temperature: Input should be greater than or equal to 0'],
    [{ temperature: '1' }, 'temperature: Input should be a valid number'],
    [{ top_p: 2 }, 'top_p: Input should be less than or equal to 1'],
    [{ top_k: 1.5 }, 'top_k: Input should be a valid integer'],
  ])('%j', async (change, message) => {
    for (const model of [MODEL, 'nova-lite']) {
      const answer = await gateway.send('/v1/messages', { body: { ...MESSAGE, model, ...change } });
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        { type: 'error', error: { type: 'invalid_request_error', message } },
      ]);
    }
    expect(gateway.emulator.requests).toEqual([]);
  });

  it('is the same for count_tokens', async () => {
    const answer = await gateway.send('/v1/messages/count_tokens', { body: { model: MODEL } });
    expect(await answer.json()).toMatchObject({ error: { message: 'messages: Field required' } });
  });
});
