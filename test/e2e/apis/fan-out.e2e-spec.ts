import { KEY, NARROW_KEY, startGateway, type TestGateway, until } from '../../support/gateway.ts';

/**
 * Requests that make several calls of Bedrock: their admission slots, and what they count against the rate of the key.
 */

const CHAT = { model: 'claude-haiku-4-5', messages: [{ role: 'user', content: 'Hello' }] };
const TEXTS = Array.from({ length: 6 }, (_, index) => `Text ${index}`);

/** Counts the choices of a stream that finished. */
function finishedChoices(text: string): number {
  const chunks = text.split('\n').filter((line) => line.startsWith('data: {'));
  const choices = chunks.flatMap((line) => JSON.parse(line.slice(6)).choices);
  return new Set(choices.filter((choice) => choice.finish_reason === 'stop').map(({ index }) => index)).size;
}

/** Request kinds that make six calls each; `answers` counts the results. */
const KINDS: [name: string, path: string, body: object, answers: (text: string) => number][] = [
  ['choices of chat', '/v1/chat/completions', { ...CHAT, n: 6 }, (text) => JSON.parse(text).choices.length],
  ['streamed choices of chat', '/v1/chat/completions', { ...CHAT, n: 6, stream: true }, finishedChoices],
  [
    'prompts of completions',
    '/v1/completions',
    { model: 'claude-haiku-4-5', prompt: TEXTS },
    (text) => JSON.parse(text).choices.length,
  ],
  [
    'choices that must conform to a schema',
    '/v1/chat/completions',
    { ...CHAT, n: 6, response_format: { type: 'json_object' } },
    (text) => JSON.parse(text).choices.length,
  ],
  [
    'texts to embed',
    '/v1/embeddings',
    { model: 'titan-embed-text-v2', input: TEXTS },
    (text) => JSON.parse(text).data.length,
  ],
  ['texts to moderate', '/v1/moderations', { input: TEXTS }, (text) => JSON.parse(text).results.length],
];

const GUARDRAIL = 'guardrail: { id: "arn:aws:bedrock:us-east-1:000000000000:guardrail/gr1", version: "2" }';

/** Returns the maximum number of calls that the emulator had open at the same time. */
function mostAtATime({ emulator }: TestGateway): number {
  const moments = emulator.requests.flatMap(({ at, finishedAt = Infinity }) => [
    { at, change: 1 },
    { at: finishedAt, change: -1 },
  ]);
  // A call that begins in the millisecond in which another call ended counts as later.
  moments.sort((one, other) => one.at - other.at || one.change - other.change);
  let now = 0;
  return moments.reduce((most, { change }) => Math.max(most, (now += change)), 0);
}

async function metric(gateway: TestGateway, name: string): Promise<number> {
  const text = await (await gateway.send('/metrics')).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length) ?? 0);
}

async function untilIdle(gateway: TestGateway): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    if ((await metric(gateway, 'outcrop_admitted_requests')) === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('slots are still taken');
}

async function ask(gateway: TestGateway, path: string, body: object, key = KEY) {
  const response = await gateway.send(path, { body, headers: { authorization: `Bearer ${key}` } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('the upstream calls of one request', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway(`overload: { maxInFlight: 3, maxInFlightPerKey: 0, queueMs: 20000 }\n${GUARDRAIL}`);
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.emulator.reset());
  afterEach(() => untilIdle(gateway));

  it.each(KINDS)('use free slots, and never more than exist: %s', async (_, path, body, answers) => {
    gateway.emulator.behave({ kind: 'slow', ms: 30, before: 'headers' });
    const { status, text } = await ask(gateway, path, body);
    expect(status).toBe(200);
    expect(answers(text)).toBe(6);
    expect(gateway.emulator.requests).toHaveLength(6);
    expect(mostAtATime(gateway)).toBeLessThanOrEqual(3);
    expect(mostAtATime(gateway)).toBeGreaterThan(1);
  });

  it.each(KINDS)('run one after another if the key has a single slot: %s', async (_, path, body, answers) => {
    // The emulator records milliseconds, so a call that ends in the millisecond of its begin is not counted.
    gateway.emulator.behave({ kind: 'slow', ms: 5, before: 'headers' });
    const { status, text } = await ask(gateway, path, body, NARROW_KEY);
    expect(status).toBe(200);
    expect(answers(text)).toBe(6);
    expect(mostAtATime(gateway)).toBe(1);
  });

  it('do not block other requests', async () => {
    gateway.emulator.behave({ kind: 'slow', ms: 10, before: 'headers' });
    const sending = Array.from({ length: 12 }, (_, index) => {
      const [, path, body] = KINDS[index % KINDS.length]!;
      return ask(gateway, path, body);
    });
    expect((await Promise.all(sending)).map(({ status }) => status)).toEqual(sending.map(() => 200));
    expect(gateway.emulator.requests).toHaveLength(72);
    expect(mostAtATime(gateway)).toBeLessThanOrEqual(3);
  });

  it.each([true, false])('end when the client disconnects, and release all slots (stream: %s)', async (stream) => {
    gateway.emulator.behave(stream ? { kind: 'pace', ms: 200 } : { kind: 'stall' });
    const leave = new AbortController();
    const answer = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...CHAT, n: 6, stream }),
      signal: leave.signal,
    }).catch(() => undefined);
    await until(() => gateway.emulator.requests.length === 3, 'three calls');
    expect(await metric(gateway, 'outcrop_admitted_requests')).toBe(3);
    leave.abort();
    await answer;
    await untilIdle(gateway);
    gateway.emulator.reset();
    expect((await ask(gateway, '/v1/chat/completions', CHAT)).status).toBe(200);
  });

  it('stop after one call failed, and a failed request holds no slot', async () => {
    gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', status: 400, message: 'No.', times: 1 });
    const { status } = await ask(gateway, '/v1/embeddings', { model: 'titan-embed-text-v2', input: TEXTS }, NARROW_KEY);
    expect(status).toBe(400);
    expect(gateway.emulator.requests).toHaveLength(1);
  });

  it('are counted in the metrics', async () => {
    const name = 'outcrop_further_upstream_calls_total{reason="choices"}';
    const before = await metric(gateway, name);
    await ask(gateway, '/v1/chat/completions', { ...CHAT, n: 4 });
    expect((await metric(gateway, name)) - before).toBe(3);
    await ask(gateway, '/v1/chat/completions', CHAT);
    expect((await metric(gateway, name)) - before).toBe(3);
  });
});

describe('the request rate of a key', () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startGateway(`limits: { requestsPerMinute: 10 }\n${GUARDRAIL}`);
  });
  afterEach(() => gateway.close());

  it.each(KINDS)(
    'counts each upstream call, and rejects a request that exceeds it before the first call: %s',
    async (_, path, body) => {
      const first = await ask(gateway, path, body);
      expect(first.status).toBe(200);
      expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('4');
      gateway.emulator.reset();
      const second = await ask(gateway, path, body);
      expect(second.status).toBe(429);
      const { error } = JSON.parse(second.text);
      expect(error).toMatchObject({ type: 'requests', code: 'rate_limit_exceeded' });
      expect(error.message).toContain('needs 6 calls');
      expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(gateway.emulator.requests).toHaveLength(0);
      // The rejected request counts once and its further calls do not, so three more requests fit.
      for (let index = 0; index < 3; index += 1) {
        expect((await ask(gateway, '/v1/chat/completions', CHAT)).status).toBe(200);
      }
      expect((await ask(gateway, '/v1/chat/completions', CHAT)).status).toBe(429);
    },
  );

  it.each([
    ['/v1/chat/completions', { ...CHAT, n: 11 }, 'n'],
    ['/v1/chat/completions', { ...CHAT, n: 11, stream: true }, 'n'],
    ['/v1/completions', { model: 'claude-haiku-4-5', prompt: [...TEXTS, ...TEXTS] }, 'prompt'],
    ['/v1/embeddings', { model: 'titan-embed-text-v2', input: Array.from({ length: 2_048 }, () => 'x') }, 'input'],
    ['/v1/moderations', { input: [...TEXTS, ...TEXTS] }, 'input'],
  ])('rejects a request that can never fit with 400: %s %#', async (path, body, param) => {
    const { status, text } = await ask(gateway, path, body);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      error: { type: 'invalid_request_error', code: 'too_many_upstream_calls', param },
    });
    expect(gateway.emulator.requests).toHaveLength(0);
  });

  it('does not count a call again when a retry repeats it', async () => {
    gateway.emulator.behave({ kind: 'throttle', times: 2 });
    const { status, headers } = await ask(gateway, '/v1/chat/completions', { ...CHAT, n: 4 });
    expect(status).toBe(200);
    expect(headers.get('x-ratelimit-remaining-requests')).toBe('6');
    expect(gateway.emulator.requests).toHaveLength(6);
  });

  it('counts the second attempt at a JSON answer', async () => {
    const body = { ...CHAT, response_format: { type: 'json_object' } };
    for (let index = 0; index < 4; index += 1) {
      gateway.emulator.script([{ text: 'Not JSON.' }, { text: '{"a": 1}' }]);
      expect((await ask(gateway, '/v1/chat/completions', body)).status).toBe(200);
    }
    expect(await metric(gateway, 'outcrop_further_upstream_calls_total{reason="structured_output"}')).toBe(4);
    expect((await ask(gateway, '/v1/chat/completions', CHAT)).status).toBe(200);
    gateway.emulator.script([{ text: 'Not JSON.' }, { text: '{"a": 1}' }]);
    const { status, text } = await ask(gateway, '/v1/chat/completions', body);
    expect(status).toBe(429);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
  });
});
