import type { Behavior } from '../../../emulator/behavior.ts';
import { type Emulator, startEmulator } from '../../../emulator/emulator.ts';
import { OTHER_KEY, startGateway, type TestGateway, until } from '../../support/gateway.ts';

const MODEL = 'claude-sonnet-4-6';
const REQUEST = { model: MODEL, messages: [{ role: 'user' as const, content: 'Hello' }] };
const FIRST = 'us-east-1/us.anthropic.claude-sonnet-4-6';

/** Two targets, each with an emulator. Every test starts a gateway, because health outlives a request. */
let first: Emulator;
let second: Emulator;
let gateway: TestGateway;

beforeAll(async () => {
  [first, second] = await Promise.all([startEmulator({ paceMs: 0 }), startEmulator({ paceMs: 0 })]);
});
afterAll(() => Promise.all([first.close(), second.close()]));
beforeEach(() => {
  first.reset();
  second.reset();
});
afterEach(() => gateway.close());

interface Places {
  /** Further YAML, as whole sections. */
  settings?: string;
  weights?: [number, number];
}

async function twoPlaces({ settings = '', weights }: Places = {}): Promise<void> {
  const share = (index: number) => (weights ? `, weight: ${weights[index]}` : '');
  gateway = await startGateway(
    `
retry: { maxRetries: 2 }
bedrock:
  timeouts: { firstEventMs: 700, idleMs: 1500, connectMs: 500 }
  targets:
    - {region: us-east-1${share(0)}}
    - {region: eu-central-1, endpoint: "${second.url}"${share(1)}}
${settings}`,
    first.url,
  );
}

const seen = (): [number, number] => [first.requests.length, second.requests.length];
const ask = (body: object = {}) => gateway.send('/v1/chat/completions', { body: { ...REQUEST, ...body } });
const metrics = async (): Promise<string> => (await gateway.send('/metrics')).text();

const FAULTS: [string, Behavior, string][] = [
  ['throttled', { kind: 'throttle' }, 'rate_limit_exceeded'],
  [
    'throttled by its daily token quota',
    { kind: 'throttle', message: 'Too many tokens per day, please wait' },
    'insufficient_quota',
  ],
  [
    'throttled by a quota',
    { kind: 'refuse', name: 'ServiceQuotaExceededException', status: 400 },
    'insufficient_quota',
  ],
  ['unavailable', { kind: 'refuse', name: 'ServiceUnavailableException', status: 503 }, 'service_unavailable'],
  ['not ready', { kind: 'refuse', name: 'ModelNotReadyException', status: 429 }, 'model_not_ready'],
  ['broken', { kind: 'refuse', name: 'InternalServerException', status: 500 }, 'internal_server_error'],
  ['denied for this account', { kind: 'refuse', name: 'AccessDeniedException', status: 403 }, 'model_access_denied'],
  ['without the model', { kind: 'refuse', name: 'ResourceNotFoundException', status: 404 }, 'model_not_found'],
  [
    'rejecting expired credentials',
    { kind: 'refuse', name: 'ExpiredTokenException', status: 403 },
    'upstream_auth_error',
  ],
  ['cut off', { kind: 'cut' }, 'upstream_connection_error'],
  ['silent', { kind: 'stall' }, 'timeout'],
];

describe('a request whose first target is', () => {
  it.each(FAULTS)('%s is answered by the second, plain and streamed', async (_, fault, code) => {
    for (const stream of [false, true]) {
      await twoPlaces();
      first.reset();
      second.reset();
      first.behave(fault);
      const answer = await ask({ stream });
      expect(answer.status).toBe(200);
      const text = await answer.text();
      expect(text).toContain('emulator');
      if (stream) expect(text.match(/\[DONE\]/g)).toHaveLength(1);
      expect(seen()).toEqual([1, 1]);
      expect(second.requests[0]?.modelId).toBe('eu.anthropic.claude-sonnet-4-6');
      expect(await metrics()).toContain(
        `outcrop_target_failovers_total{model="${MODEL}",target="${FIRST}",code="${code}"} 1`,
      );
      await gateway.close();
    }
  });

  it('rejecting in its first frame is answered by the second', async () => {
    await twoPlaces();
    first.behave({ kind: 'first-frame-error', name: 'throttlingException' });
    expect(await (await ask({ stream: true })).text()).toContain('[DONE]');
    expect(seen()).toEqual([1, 1]);
  });

  it('unreachable is answered by the second', async () => {
    await twoPlaces();
    await gateway.close();
    const gone = await startEmulator();
    await gone.close();
    gateway = await startGateway(
      `bedrock: {targets: [{endpoint: "${gone.url}"}, {region: eu-central-1, endpoint: "${second.url}"}]}`,
    );
    expect((await ask()).status).toBe(200);
    expect(second.requests).toHaveLength(1);
  });
});

describe('a request without failover', () => {
  it.each([
    ['a client error', { kind: 'refuse', name: 'ValidationException', status: 400, message: 'no' }, 400],
    [
      'a prompt that is too long',
      { kind: 'refuse', name: 'ValidationException', status: 400, message: 'prompt is too long: 9 tokens > 8 maximum' },
      400,
    ],
  ] as const)('is %s', async (_, fault, status) => {
    await twoPlaces();
    first.behave(fault);
    for (const stream of [false, true]) expect((await ask({ stream })).status).toBe(status);
    expect(seen()).toEqual([2, 0]);
    expect(await metrics()).toContain(`outcrop_target_state{target="${FIRST}",state="healthy"} 1`);
  });

  it('is a started stream: its text is sent once, its failure reported', async () => {
    await twoPlaces();
    first.behave({ kind: 'cut', afterDeltas: 2 });
    const text = await (await ask({ stream: true })).text();
    expect(text).not.toContain('[DONE]');
    expect(text).toContain('upstream_connection_error');
    expect(text.match(/"role":"assistant"/g)).toHaveLength(1);
    expect(seen()).toEqual([1, 0]);
  });

  it('is that of a disconnected client, which does not count as a failure of the target', async () => {
    await twoPlaces();
    first.behave({ kind: 'slow', ms: 400, before: 'headers' });
    const abort = new AbortController();
    const asking = gateway.client.chat.completions.create(REQUEST, { signal: abort.signal }).catch(() => 'gone');
    await until(() => first.requests.length === 1, 'the request to arrive');
    abort.abort();
    expect(await asking).toBe('gone');
    await until(() => first.requests[0]?.abortedAt !== undefined, 'the upstream to be left');
    first.reset();
    expect((await ask()).status).toBe(200);
    expect(seen()).toEqual([1, 0]);
  });
});

describe('a failed target', () => {
  it('is in cool-down, probed once afterwards, and used again when it answers', async () => {
    await twoPlaces();
    first.behave({ kind: 'refuse', name: 'ServiceUnavailableException', status: 503, times: 1 });
    for (let request = 0; request < 5; request += 1) expect((await ask()).status).toBe(200);
    expect(seen()).toEqual([1, 5]);
    expect(await metrics()).toContain(`outcrop_target_state{target="${FIRST}",state="cooldown"} 1`);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await metrics()).toContain(`outcrop_target_state{target="${FIRST}",state="probing"} 1`);
    first.behave({ kind: 'slow', ms: 200, before: 'headers', times: 1 });
    await Promise.all(Array.from({ length: 5 }, () => ask()));
    // One request probed the target; the others did not wait for it.
    expect(seen()).toEqual([2, 9]);
    expect((await ask()).status).toBe(200);
    expect(seen()).toEqual([3, 9]);
    expect(await metrics()).toContain(`outcrop_target_state{target="${FIRST}",state="healthy"} 1`);
  });

  it('does not make the gateway unready', async () => {
    await twoPlaces();
    first.behave({ kind: 'refuse', name: 'ServiceUnavailableException', status: 503 });
    await ask();
    expect((await gateway.send('/health/ready')).status).toBe(200);
  });
});

describe('when all targets fail', () => {
  it('the transient failure is reported and retried, and the target whose cool-down ends first is called again', async () => {
    await twoPlaces();
    first.behave({ kind: 'refuse', name: 'AccessDeniedException', status: 403 });
    second.behave({ kind: 'throttle' });
    const answer = await ask();
    expect(answer.status).toBe(429);
    expect(await answer.json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
    expect(seen()).toEqual([1, 3]);
    second.reset();
    expect((await ask()).status).toBe(200);
  });

  it('and no failure is transient, the first failure is reported', async () => {
    await twoPlaces();
    first.behave({ kind: 'refuse', name: 'AccessDeniedException', status: 403, message: 'not here' });
    second.behave({ kind: 'refuse', name: 'ResourceNotFoundException', status: 404 });
    const answer = await ask();
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('not here')]);
  });
});

describe('choices of one request', () => {
  it('come from any target, and each is recorded for the target that answered', async () => {
    await twoPlaces();
    first.behave({ kind: 'throttle', times: 1 });
    const answer = await ask({ n: 3 });
    const body = (await answer.json()) as { choices: unknown[] };
    expect(body.choices).toHaveLength(3);
    expect(seen()[0] + seen()[1]).toBe(4);
    expect(Number(answer.headers.get('x-outcrop-cost-usd'))).toBeGreaterThan(0);
  });
});

describe('weights', () => {
  it('distribute the requests', async () => {
    await twoPlaces({ weights: [3, 1] });
    for (let round = 0; round < 10; round += 1) await Promise.all(Array.from({ length: 20 }, () => ask()));
    const [atFirst, atSecond] = seen();
    expect(atFirst + atSecond).toBe(200);
    expect(atFirst).toBeGreaterThan(115);
    expect(atFirst).toBeLessThan(185);
  });
});

describe('a conversation with a cached prompt', () => {
  const turns = (count: number, topic: string) => ({
    messages: [
      {
        role: 'system',
        content: [
          { type: 'text', text: `Be brief about ${topic}. `.repeat(500), cache_control: { type: 'ephemeral' } },
        ],
      },
      { role: 'user', content: topic },
      ...Array.from({ length: count }, (_, turn) => [
        { role: 'assistant', content: `Answer ${turn}` },
        { role: 'user', content: `Question ${turn}` },
      ]).flat(),
    ],
  });

  it('stays at the target that has the cache while it works, then at the next one', async () => {
    await twoPlaces({ weights: [1, 1] });
    for (const topic of ['tea', 'rain', 'stone', 'salt', 'moss']) {
      first.reset();
      second.reset();
      for (let turn = 0; turn < 6; turn += 1) expect((await ask(turns(turn, topic))).status).toBe(200);
      expect(seen()).toContain(6);
    }
    const [warm, cold] = first.requests.length > 0 ? [first, second] : [second, first];
    warm.behave({ kind: 'refuse', name: 'AccessDeniedException', status: 403 });
    for (let turn = 6; turn < 9; turn += 1) expect((await ask(turns(turn, 'moss'))).status).toBe(200);
    expect([warm.requests.length, cold.requests.length]).toEqual([7, 3]);
  });
});

describe('fallback models', () => {
  const settings = `
models:
  routes:
    - {model: ${MODEL}, fallbacks: [claude-haiku-4-5, nova-lite]}
    - {model: claude-haiku-4-5, fallbacks: [nova-lite]}
`;

  it.each([false, true])(
    'answer at once when all targets failed, which the header reports; streamed: %s',
    async (stream) => {
      await twoPlaces({ settings });
      for (const place of [first, second]) place.behave({ kind: 'throttle', match: 'sonnet' });
      const answer = await ask({ stream, stream_options: stream ? { include_usage: true } : undefined });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('x-outcrop-model-fallback')).toBe(`${MODEL}=rate_limit_exceeded`);
      // The old header name.
      expect(answer.headers.get('x-outcrop-fallback')).toBe(`${MODEL}=rate_limit_exceeded`);
      const text = await answer.text();
      expect(text).toContain('"model":"claude-haiku-4-5"');
      expect(text).not.toContain(`"model":"${MODEL}"`);
      if (stream) expect(text.match(/\[DONE\]/g)).toHaveLength(1);
      // Two calls of the first model, one of the other: no call waited for a retry.
      expect(seen()).toEqual([2, 1]);
      expect(await metrics()).toContain(
        `outcrop_model_fallbacks_total{from="${MODEL}",to="claude-haiku-4-5",code="rate_limit_exceeded"} 1`,
      );
      // The first model is in cool-down, so it is not called.
      expect((await ask({ stream })).headers.get('x-outcrop-fallback')).toBe(`${MODEL}=rate_limit_exceeded`);
      expect(seen()).toEqual([3, 1]);
    },
  );

  it('are used in their order, each by its own rules', async () => {
    await twoPlaces({ settings });
    for (const place of [first, second]) {
      place.behave({ kind: 'refuse', name: 'ServiceUnavailableException', status: 503, match: 'claude' });
    }
    const answer = await ask({ reasoning_effort: 'high' });
    expect(answer.headers.get('x-outcrop-model-fallback')).toBe(
      `${MODEL}=service_unavailable, claude-haiku-4-5=service_unavailable`,
    );
    expect(await answer.text()).toContain('"model":"nova-lite"');
    const last = first.requests.at(-1)!;
    expect(last.modelId).toContain('nova-lite');
    expect(JSON.stringify(last.body)).not.toContain('thinking');
  });

  it('are skipped for keys that may not use them', async () => {
    await twoPlaces({
      settings: `
models: {routes: [{model: claude-haiku-4-5, fallbacks: [nova-lite, claude-haiku-5-5]}]}
`,
    });
    first.behave({ kind: 'throttle', match: 'haiku-4-5' });
    second.behave({ kind: 'throttle', match: 'haiku-4-5' });
    const body = { ...REQUEST, model: 'claude-haiku-4-5' };
    expect(await (await gateway.send('/v1/chat/completions', { body })).text()).toContain('"model":"nova-lite"');
    // The list of this key is claude-haiku-*.
    const headers = { authorization: `Bearer ${OTHER_KEY}` };
    const answer = await gateway.send('/v1/chat/completions', { body, headers });
    expect(await answer.text()).toContain('"model":"claude-haiku-5-5"');
    expect(answer.headers.get('x-outcrop-model-fallback')).not.toContain('nova-lite');
  });

  it('are not called after a client error', async () => {
    await twoPlaces({ settings });
    first.behave({ kind: 'refuse', name: 'ValidationException', status: 400, message: 'no', match: 'sonnet' });
    expect((await ask()).status).toBe(400);
    expect(seen()).toEqual([1, 0]);
  });

  it('that cannot accept the request leave the original failure unchanged', async () => {
    await twoPlaces({ settings: `models: {routes: [{model: ${MODEL}, fallbacks: [llama3-1-8b-instruct]}]}` });
    for (const place of [first, second])
      place.behave({
        kind: 'refuse',
        name: 'AccessDeniedException',
        status: 403,
        match: 'sonnet',
        message: 'not granted',
      });
    const picture = {
      type: 'image_url',
      image_url: {
        url: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      },
    };
    const answer = await ask({
      messages: [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, picture] }],
    });
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('not granted')]);
  });

  it('end the streams that had begun for the other model', async () => {
    await twoPlaces({ settings });
    first.behave({ kind: 'pace', ms: 50, match: 'sonnet' });
    // One of two choices begins; the other one is rejected by every target.
    first.behave({ kind: 'refuse', name: 'AccessDeniedException', status: 403, match: 'sonnet', times: 1 });
    second.behave({ kind: 'refuse', name: 'AccessDeniedException', status: 403, match: 'sonnet' });
    first.script([{ text: Array.from({ length: 100 }, (_, word) => `word${word}`).join(' '), match: 'sonnet' }]);
    const answer = await ask({ stream: true, n: 2 });
    expect(answer.headers.get('x-outcrop-fallback')).toBe(`${MODEL}=model_access_denied`);
    expect(await answer.text()).not.toContain('word1');
    await until(() => first.stats().openStreams === 0, 'all streams to be closed');
    expect(first.requests.filter(({ abortedAt }) => abortedAt !== undefined)).toHaveLength(1);
  });
});
