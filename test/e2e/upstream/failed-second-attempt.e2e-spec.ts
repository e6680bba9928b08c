import type { Behavior } from '../../../emulator/emulator.ts';
import { OTHER_KEY, startGateway, type TestGateway, until } from '../../support/gateway.ts';

/** A first answer that does not conform to the format, and a second attempt without an answer. */

const SCHEMA = { type: 'object', properties: { stars: { type: 'integer' } }, required: ['stars'] };
const messages = [{ role: 'user', content: 'Rate this.' }];
const WRONG = { text: 'Nine stars.', usage: { input: 20, output: 5 } };

interface Ask {
  path: string;
  field: string;
  body: object;
}

const chat = (response_format: object): Ask => ({
  path: '/v1/chat/completions',
  field: 'response_format',
  body: { messages, response_format },
});
const responses = (format: object): Ask => ({
  path: '/v1/responses',
  field: 'text.format',
  body: { input: 'Rate this.', text: { format } },
});

/** Claude answers /v1/messages in the format without the gateway's help. */
const OTHER_MODEL = { model: 'nova-pro' };

const LOOSE: [string, Ask][] = [
  ['chat, json_schema', chat({ type: 'json_schema', json_schema: { name: 'r', schema: SCHEMA } })],
  ['chat, json_object', chat({ type: 'json_object' })],
  ['responses, json_schema', responses({ type: 'json_schema', name: 'r', schema: SCHEMA, strict: false })],
  ['responses, json_object', responses({ type: 'json_object' })],
  [
    'messages',
    {
      path: '/v1/messages',
      field: 'output_config.format',
      body: {
        ...OTHER_MODEL,
        max_tokens: 100,
        messages,
        output_config: { format: { type: 'json_schema', schema: SCHEMA, strict: false } },
      },
    },
  ],
];
const STRICT = chat({ type: 'json_schema', json_schema: { name: 'r', schema: SCHEMA, strict: true } });

const FAILURES: [string, Behavior][] = [
  ['throttled', { kind: 'throttle' }],
  ['a daily quota', { kind: 'throttle', message: 'Too many tokens per day, please wait before trying again.' }],
  ['500', { kind: 'refuse', name: 'InternalServerException', status: 500 }],
  ['503', { kind: 'refuse', name: 'ServiceUnavailableException', status: 503 }],
  ['a timeout of the model', { kind: 'refuse', name: 'ModelTimeoutException', status: 408 }],
  [
    'a prompt that became too long',
    {
      kind: 'refuse',
      name: 'ValidationException',
      status: 400,
      message: 'prompt is too long: 200001 tokens > 200000 maximum',
    },
  ],
  ['revoked access', { kind: 'refuse', name: 'AccessDeniedException', status: 403 }],
  ['an aborted connection', { kind: 'cut' }],
  ['silence', { kind: 'stall' }],
];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway(
    'bedrock: { timeouts: { firstEventMs: 1000 } }\nretry: { maxRetries: 1 }\nmetrics: { requireKey: false }',
  );
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

/** Sends a request whose first answer does not conform, and whose second attempt meets `failure`. */
async function sent({ path, body }: Ask, failure: Behavior, more: object = {}): Promise<Response> {
  gateway.emulator.script([WRONG]);
  gateway.emulator.behave({ kind: 'slow', ms: 100, times: 1 });
  const response = gateway.send(path, { body: { model: 'claude-sonnet-4-5', ...body, ...more } });
  await until(() => gateway.emulator.requests.length === 1, 'the first attempt');
  gateway.emulator.behave(failure);
  return response;
}

describe.each(FAILURES)('a second attempt that meets %s', (_name, failure) => {
  it.each(LOOSE)('does not lose the first answer on %s', async (_endpoint, ask) => {
    const response = await sent(ask, failure);
    const text = await response.text();
    expect([response.status, text]).toEqual([200, expect.stringContaining('Nine stars.')]);
    expect(response.headers.get('x-outcrop-adjusted')!.split(', ')).toContain(`${ask.field}=unmet`);
    expect(text).toMatch(/"(prompt|input)_tokens":20,/);
  });

  it('fails with strict', async () => {
    const response = await sent(STRICT, failure);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).not.toContain('Nine stars.');
  });
});

it('is retried before the first answer is returned', async () => {
  const [, ask] = LOOSE[0]!;
  const response = await sent(ask, { kind: 'throttle', times: 1 });
  gateway.emulator.script([{ text: '{"stars": 4}' }]);
  expect(await response.text()).toContain('stars');
  expect(response.headers.get('x-outcrop-retries') ?? response.headers.get('x-outcrop-adjusted') ?? '').not.toContain(
    'unmet',
  );
});

it('returns the first answer if the limit of the key allows no second call', async () => {
  // Without retries, so that no call waits for the next minute of the limit.
  const impatient = await startGateway('retry: { maxRetries: 0 }');
  impatient.emulator.script([WRONG, WRONG, WRONG, WRONG]);
  const [, ask] = LOOSE[0]!;
  const headers = { authorization: `Bearer ${OTHER_KEY}` };
  const body = { model: 'claude-haiku-4-5', ...ask.body };
  const statuses: unknown[] = [];
  for (let request = 0; request < 2; request++) {
    const response = await impatient.send(ask.path, { headers, body });
    statuses.push([response.status, response.headers.get('x-outcrop-adjusted')?.includes('unmet')]);
  }
  const calls = impatient.emulator.requests.length;
  await impatient.close();
  expect([statuses, calls]).toEqual([
    [
      [200, true],
      [200, true],
    ],
    3,
  ]);
});

it('returns each of several answers', async () => {
  const [, ask] = LOOSE[0]!;
  gateway.emulator.script([WRONG, WRONG]);
  gateway.emulator.behave({ kind: 'slow', ms: 100, times: 2 });
  const response = gateway.send(ask.path, { body: { model: 'claude-sonnet-4-5', ...ask.body, n: 2 } });
  await until(() => gateway.emulator.requests.length === 2, 'both first attempts');
  gateway.emulator.behave({ kind: 'throttle' });
  const { choices, usage } = (await (await response).json()) as { choices: object[]; usage: object };
  expect([choices.length, usage]).toMatchObject([2, { prompt_tokens: 40, completion_tokens: 10 }]);
});
