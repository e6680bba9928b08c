import { NARROW_KEY, startGateway, type TestGateway, until } from '../../support/gateway.ts';

/** Retries on a route with a fallback model repeat only the calls that failed. */

const MODEL = 'claude-sonnet-4-6';
const FALLBACK = 'claude-haiku-4-5';
const REQUEST = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] };
const FAILS = { kind: 'refuse', name: 'InternalServerException', status: 500 } as const;

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway(`
retry: { maxRetries: 2, baseDelayMs: 20 }
models: { routes: [{ model: ${MODEL}, fallbacks: [${FALLBACK}] }] }
`);
});
afterEach(() => gateway.close());

const ask = (body: object, headers = {}) =>
  gateway.send('/v1/chat/completions', { body: { ...REQUEST, ...body }, headers });
const callsOf = (model: string) => gateway.emulator.requests.filter(({ modelId }) => modelId.includes(model)).length;

/** Sends a request for three sequential choices, of which the third fails once at `model`. */
async function thirdChoiceFails(model: string): Promise<Response> {
  gateway.emulator.behave({ kind: 'slow', ms: 100, before: 'headers', match: model });
  const response = ask({ n: 3 }, { authorization: `Bearer ${NARROW_KEY}` });
  await until(() => callsOf(model) === 2, 'the second call');
  gateway.emulator.behave({ ...FAILS, match: model, times: 1 });
  return response;
}

describe('a retry after all models have failed', () => {
  it('keeps the answers of the first model', async () => {
    gateway.emulator.behave({ ...FAILS, match: 'haiku' });
    const response = await thirdChoiceFails('sonnet');
    expect(response.status).toBe(200);
    const { model, choices } = (await response.json()) as { model: string; choices: unknown[] };
    expect([model, choices.length]).toEqual([MODEL, 3]);
    expect(callsOf('sonnet')).toBe(4);
  });

  it('keeps the answers of the second model', async () => {
    gateway.emulator.behave({ ...FAILS, match: 'sonnet' });
    const response = await thirdChoiceFails('haiku');
    expect(response.headers.get('x-outcrop-fallback')).toContain(MODEL);
    const { model, choices, usage } = (await response.json()) as {
      model: string;
      choices: unknown[];
      usage: { completion_tokens: number };
    };
    expect([model, choices.length]).toEqual([FALLBACK, 3]);
    expect(callsOf('haiku')).toBe(4);
    expect(usage.completion_tokens).toBeGreaterThan(0);
  });

  it('reopens a started stream of an abandoned model', async () => {
    gateway.emulator.behave({ ...FAILS, match: 'sonnet', times: 1 });
    gateway.emulator.behave({ ...FAILS, match: 'haiku' });
    const response = await ask({ n: 2, stream: true });
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toContain('"index":0');
    expect(text).toContain('"index":1');
    expect(text.match(/"finish_reason":"stop"/g)).toHaveLength(2);
    expect(text).not.toContain('error');
    expect(callsOf('sonnet')).toBe(4);
    await until(() => gateway.emulator.stats().openStreams === 0, 'all streams to be closed');
  });
});
