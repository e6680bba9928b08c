import { readFileSync } from 'node:fs';
import type { Behavior } from '../../../emulator/behavior.ts';
import { type Emulator, startEmulator } from '../../../emulator/emulator.ts';
import { OPEN_KEY, startGateway, type TestGateway } from '../../support/gateway.ts';

/** Text that a client controls neither passes for an AWS message nor changes the health of a target. */

interface Endpoint {
  path: string;
  body: object;
  headers?: Record<string, string>;
  /** `param` of a prompt that is too long; null if the error format has none. */
  param: string | null;
}

const CLAUDE = 'claude-sonnet-4-6';
const NOVA = 'nova-pro';
const TITAN = 'titan-embed-text-v2';
const MESSAGES = [{ role: 'user', content: 'x' }];
const CONVERSE = { messages: [{ role: 'user', content: [{ text: 'x' }] }] };
const INVOKED = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 9, messages: MESSAGES };
const ANTHROPIC = { 'anthropic-version': '2023-06-01' };

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  chat: { path: '/v1/chat/completions', body: { model: CLAUDE, messages: MESSAGES }, param: 'messages' },
  'chat, streamed': {
    path: '/v1/chat/completions',
    body: { model: CLAUDE, messages: MESSAGES, stream: true },
    param: 'messages',
  },
  'chat with Nova': { path: '/v1/chat/completions', body: { model: NOVA, messages: MESSAGES }, param: 'messages' },
  completions: { path: '/v1/completions', body: { model: CLAUDE, prompt: 'x' }, param: 'prompt' },
  'completions, streamed': {
    path: '/v1/completions',
    body: { model: CLAUDE, prompt: 'x', stream: true },
    param: 'prompt',
  },
  responses: { path: '/v1/responses', body: { model: CLAUDE, input: 'x' }, param: 'input' },
  'responses, streamed': { path: '/v1/responses', body: { model: CLAUDE, input: 'x', stream: true }, param: 'input' },
  messages: {
    path: '/v1/messages',
    body: { model: CLAUDE, max_tokens: 9, messages: MESSAGES },
    headers: ANTHROPIC,
    param: null,
  },
  'messages, streamed': {
    path: '/v1/messages',
    body: { model: CLAUDE, max_tokens: 9, messages: MESSAGES, stream: true },
    headers: ANTHROPIC,
    param: null,
  },
  'messages to Nova': {
    path: '/v1/messages',
    body: { model: NOVA, max_tokens: 9, messages: MESSAGES },
    headers: ANTHROPIC,
    param: null,
  },
  embeddings: { path: '/v1/embeddings', body: { model: TITAN, input: 'x' }, param: 'input' },
  Converse: { path: `/model/${CLAUDE}/converse`, body: CONVERSE, param: null },
  ConverseStream: { path: `/model/${CLAUDE}/converse-stream`, body: CONVERSE, param: null },
  InvokeModel: { path: `/model/${CLAUDE}/invoke`, body: INVOKED, param: null },
  InvokeModelWithResponseStream: {
    path: `/model/${CLAUDE}/invoke-with-response-stream`,
    body: INVOKED,
    param: null,
  },
};
const NAMES = Object.keys(ENDPOINTS);

const OVERFLOWS = JSON.parse(
  readFileSync(new URL('../../fixtures/context-overflow.json', import.meta.url), 'utf8'),
) as {
  name: string;
  path: string;
  body: object;
  message: string;
  param: string | null;
}[];
const WORDINGS = [...new Set(OVERFLOWS.map(({ message }) => message))];

let first: Emulator;
let second: Emulator;
let gateway: TestGateway;

beforeAll(async () => {
  [first, second] = await Promise.all([startEmulator({ paceMs: 0 }), startEmulator({ paceMs: 0 })]);
});
afterAll(() => Promise.all([first.close(), second.close()]));
beforeEach(async () => {
  first.reset();
  second.reset();
  gateway = await startGateway(
    `
retry: { maxRetries: 5 }
requestMetadata: { includeKeyName: true }
bedrock:
  targets:
    - {region: us-east-1}
    - {region: eu-central-1, endpoint: "${second.url}"}
`,
    first.url,
  );
});
afterEach(() => gateway.close());

const refuse = (message: string, name = 'ValidationException', status = 400): Behavior => ({
  kind: 'refuse',
  name,
  status,
  message,
});
const ask = ({ path, body, headers }: Pick<Endpoint, 'path' | 'body' | 'headers'>, more: object = {}) =>
  gateway.send(path, { body: { ...body, ...more }, headers });

/** Returns the health metrics of targets that are not at full health. */
async function paused(): Promise<string[]> {
  const metrics = await (await gateway.send('/metrics')).text();
  return metrics
    .split('\n')
    .filter(
      (line) => line.startsWith('outcrop_target_state{') && !line.includes('state="healthy"') && line.endsWith(' 1'),
    );
}

describe('a prompt that does not fit', () => {
  it.each(OVERFLOWS)('is reported with its code and its field: $name', async ({ path, body, message, param }) => {
    first.behave(refuse(message));
    second.behave(refuse(message));
    const answer = await gateway.send(path, { body, headers: path === '/v1/messages' ? ANTHROPIC : {} });
    const { error } = (await answer.json()) as { error: Record<string, unknown> };
    expect(answer.status).toBe(400);
    if (path === '/v1/messages') {
      expect(error).toMatchObject({
        type: 'invalid_request_error',
        message: expect.stringContaining('prompt is too long'),
      });
    } else {
      expect(error).toEqual({ type: 'invalid_request_error', code: 'context_length_exceeded', param, message });
    }
  });

  it.each(NAMES)('is recognized in every AWS wording at %s', async (name) => {
    const endpoint = ENDPOINTS[name]!;
    for (const message of WORDINGS) {
      first.reset();
      first.behave(refuse(message));
      const answer = await ask(endpoint);
      const body = (await answer.json()) as { message?: string; error?: Record<string, unknown> };
      expect([message, answer.status]).toEqual([message, 400]);
      if (endpoint.path.startsWith('/model/')) {
        expect(body).toEqual({ message });
        expect(answer.headers.get('x-amzn-errortype')).toBe('ValidationException');
      } else if (endpoint.param === null) {
        expect(body.error?.['type']).toBe('invalid_request_error');
        expect(body.error?.['message']).toMatch(/prompt is too long|exceed context limit/);
      } else {
        expect(body.error).toMatchObject({ code: 'context_length_exceeded', param: endpoint.param, message });
      }
    }
    expect(second.requests).toHaveLength(0);
  });
});

describe('client text in AWS messages', () => {
  const ECHOES = [
    'Malformed input request: #: extraneous key [inference profile] is not permitted, please reformat your input and try again.',
    'Malformed input request: #: extraneous key [on-demand throughput\n] is not permitted, please reformat your input and try again.',
    'The provided model identifier is invalid.: Extra inputs are not permitted',
    'messages.0.content.0: Input tag "prompt is too long" found using "type" does not match any of the expected tags',
    'tools.0: unknown key "The provided model doesn\'t support counting tokens."',
  ];

  it.each(NAMES)('puts no target into cool-down at %s', async (name) => {
    for (const message of ECHOES) {
      first.reset();
      first.behave(refuse(message));
      const answer = await ask(ENDPOINTS[name]!);
      expect(answer.status).toBe(400);
      const text = await answer.text();
      expect(text).not.toMatch(/model_not_supported|context_length_exceeded/);
      expect(first.requests).toHaveLength(1);
    }
    expect(second.requests).toHaveLength(0);
    expect(await paused()).toEqual([]);
  });

  it.each([
    ['AccessDeniedException', 403, 'You invoked an unsupported model or your request did not allow prompt caching.'],
    ['ResourceNotFoundException', 404, 'The guardrail identifier or version does not exist.'],
    ['ServiceQuotaExceededException', 400, 'Your request exceeds the service quota for your account.'],
    ['ValidationException', 400, 'The provided model identifier is invalid.'],
    ['ModelErrorException', 424, 'The model could not process the request.'],
    ['InternalServerException', 500, 'Something about this request is odd.'],
  ])('and %s do not put the target into cool-down for other keys', async (exception, status, message) => {
    for (const name of NAMES) {
      for (let turn = 0; turn < 4; turn += 1) {
        first.reset();
        first.behave(refuse(message, exception, status));
        await (await ask(ENDPOINTS[name]!)).text();
      }
    }
    expect(await paused()).toEqual([]);
    first.reset();
    second.reset();
    const answer = await gateway.send('/v1/chat/completions', {
      body: ENDPOINTS['chat']!.body,
      headers: { authorization: `Bearer ${OPEN_KEY}` },
    });
    expect(answer.status).toBe(200);
    expect([first.requests.length, second.requests.length]).toEqual([1, 0]);
  });

  it('and a token count that AWS rejects do not put it into cool-down for any key', async () => {
    const denied = refuse('User: x is not authorized to perform: bedrock:CountTokens', 'AccessDeniedException', 403);
    first.behave({ ...denied, operation: 'count-tokens' });
    second.behave({ ...denied, operation: 'count-tokens' });
    const body = { input: { converse: CONVERSE } };
    for (const key of [undefined, OPEN_KEY]) {
      const headers: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {};
      for (let turn = 0; turn < 3; turn += 1) {
        expect((await gateway.send(`/model/${CLAUDE}/count-tokens`, { body, headers })).status).toBe(403);
      }
    }
    expect(await paused()).toEqual([]);
    second.reset();
    expect((await ask(ENDPOINTS['chat']!)).status).toBe(200);
    expect(second.requests).toHaveLength(0);
  });
});

describe('text that HTTP cannot transport', () => {
  const TEXTS = [
    'a\u2028b',
    'a\u2029b',
    'é',
    '\u0085',
    '\u007f',
    '\u0000',
    'a\r\nx-evil: 1',
    '\ud800',
    'a\udc00b',
    '😀',
    '\u00a0',
  ];
  const FIELDS: readonly ((text: string) => object)[] = [
    (text) => ({ user: text }),
    (text) => ({ safety_identifier: text }),
    (text) => ({ metadata: { [text]: text, user_id: text } }),
    (text) => ({ service_tier: text }),
    (text) => ({ prompt_cache_key: text }),
    (text) => ({ [text]: text }),
    (text) => ({ performanceConfig: { latency: text } }),
    (text) => ({ guardrailConfig: { guardrailIdentifier: text, guardrailVersion: text } }),
    (text) => ({ requestMetadata: { [text]: text } }),
    (text) => ({ anthropic_beta: [text] }),
    (text) => ({ model: text }),
    (text) => ({ model: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${text}` }),
  ];

  it.each(NAMES)('does not count as a failure of Bedrock at %s', async (name) => {
    for (const field of FIELDS) {
      for (const text of TEXTS) {
        const answer = await ask(ENDPOINTS[name]!, field(text));
        await answer.text();
        expect([field(text), answer.status < 500]).toEqual([field(text), true]);
      }
    }
    expect(second.requests).toHaveLength(0);
    expect(await paused()).toEqual([]);
  });

  it.each([
    'x-amzn-bedrock-trace',
    'x-amzn-bedrock-request-metadata',
    'x-amzn-bedrock-service-tier',
    'x-amzn-bedrock-odd',
  ])('in the header %s of Bedrock’s own API is rejected with the name of the header', async (header) => {
    for (const name of NAMES.filter((each) => ENDPOINTS[each]!.path.startsWith('/model/'))) {
      const { path, body } = ENDPOINTS[name]!;
      const answer = await gateway.send(path, { body, headers: { [header]: '{"a":"é"}' } });
      const { message } = (await answer.json()) as { message: string };
      // The gateway serializes a header that the settings extend as JSON again.
      expect([name, answer.status, message.includes(header)]).toEqual([name, 400, true]);
    }
    expect(first.requests).toHaveLength(0);
    expect(second.requests).toHaveLength(0);
    expect(await paused()).toEqual([]);
  });

  it('in trace and client headers is ignored', async () => {
    const headers = {
      traceparent: 'é',
      tracestate: 'a=é',
      baggage: 'a=é',
      'user-agent': 'é',
      'anthropic-beta': 'é',
      'x-request-id': 'é',
    };
    for (const name of NAMES) {
      const { path, body, headers: own } = ENDPOINTS[name]!;
      const answer = await gateway.send(path, { body, headers: { ...headers, ...own } });
      await answer.text();
      expect([name, answer.status]).toEqual([name, 200]);
    }
    expect(await paused()).toEqual([]);
  });

  it.each([
    ['a lone surrogate', '%ED%A0%80'],
    ['a line break', '%0D%0A'],
    ['a line separator', '%E2%80%A8'],
    ['a truncated escape', '%E'],
    ['a zero', '%00'],
  ])('in the path is rejected: %s', async (_, part) => {
    for (const operation of ['converse', 'converse-stream', 'invoke', 'invoke-with-response-stream', 'count-tokens']) {
      const answer = await gateway.send(`/model/anthropic.claude${part}/${operation}`, { body: CONVERSE });
      expect([operation, answer.status >= 400 && answer.status < 500]).toEqual([operation, true]);
    }
    expect([first.requests.length, second.requests.length]).toEqual([0, 0]);
    expect(await paused()).toEqual([]);
  });

  it('is replaced in the metadata, and reported', async () => {
    const answer = await ask(ENDPOINTS['embeddings']!, { user: 'a\u2028b' });
    expect([answer.status, answer.headers.get('x-outcrop-adjusted')]).toEqual([200, 'user=characters_replaced']);
    expect(first.requests).toHaveLength(1);
  });
});

describe('a body on Bedrock’s own API that Bedrock rejects', () => {
  const ODD = [null, 5, 'x', {}, [null], [5], [{ role: 'user', content: 5 }], [{ role: 'user', content: [null] }]];
  const TOKENS = ['x', -1_000_000, '1e9', null, {}, [], 1.5];

  beforeEach(async () => {
    await gateway.close();
    gateway = await startGateway(
      `bedrock: { quotas: { maxWaitMs: 0, limits: [{model: ${CLAUDE}, tokensPerMinute: 100000}] } }`,
      first.url,
    );
  });

  it.each(['converse', 'converse-stream', 'invoke', 'invoke-with-response-stream', 'count-tokens'])(
    'is not a gateway error, and leaves the quota of all keys unchanged: %s',
    async (operation) => {
      const bodies: object[] = [
        ...ODD.map((messages) => ({ messages })),
        ...ODD.map((messages) => ({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 9, messages })),
        ...TOKENS.map((maxTokens) => ({ ...CONVERSE, inferenceConfig: { maxTokens } })),
        ...TOKENS.map((max_tokens) => ({ ...INVOKED, max_tokens })),
      ];
      for (const body of bodies) {
        const answer = await gateway.send(`/model/${CLAUDE}/${operation}`, { body });
        await answer.text();
        expect([body, answer.status < 500]).toEqual([body, true]);
      }
      const headers = { authorization: `Bearer ${OPEN_KEY}` };
      const fits = { ...ENDPOINTS['chat']!.body, max_tokens: 9 };
      const answer = await gateway.send('/v1/chat/completions', { body: fits, headers });
      expect(answer.status).toBe(200);
      const left = Number(answer.headers.get('x-ratelimit-remaining-tokens'));
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(100_000);
    },
  );
});
