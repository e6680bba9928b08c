import { NARROW_KEY, startGateway, type TestGateway, until } from '../../support/gateway.ts';

/** What a retry repeats on a route with a fallback model: only what has failed. */

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
const asked = (model: string) => gateway.emulator.requests.filter(({ modelId }) => modelId.includes(model)).length;

/** Three choices one after another, of which the third fails once at `model`. */
async function thirdChoiceFails(model: string): Promise<Response> {
  gateway.emulator.behave({ kind: 'slow', ms: 100, before: 'headers', match: model });
  const response = ask({ n: 3 }, { authorization: `Bearer ${NARROW_KEY}` });
  await until(() => asked(model) === 2, 'the second call');
  gateway.emulator.behave({ ...FAILS, match: model, times: 1 });
  return response;
}

describe('a retry after all models have failed', () => {
  it('keeps the answers that the first model has given', async () => {
    gateway.emulator.behave({ ...FAILS, match: 'haiku' });
    const response = await thirdChoiceFails('sonnet');
    expect(response.status).toBe(200);
    const { model, choices } = (await response.json()) as { model: string; choices: unknown[] };
    expect([model, choices.length]).toEqual([MODEL, 3]);
    expect(asked('sonnet')).toBe(4);
  });

  it('keeps the answers that the second model has given', async () => {
    gateway.emulator.behave({ ...FAILS, match: 'sonnet' });
    const response = await thirdChoiceFails('haiku');
    expect(response.headers.get('x-outcrop-fallback')).toContain(MODEL);
    const { model, choices, usage } = (await response.json()) as {
      model: string;
      choices: unknown[];
      usage: { completion_tokens: number };
    };
    expect([model, choices.length]).toEqual([FALLBACK, 3]);
    expect(asked('haiku')).toBe(4);
    expect(usage.completion_tokens).toBeGreaterThan(0);
  });

  it('opens a begun stream of an abandoned model anew', async () => {
    gateway.emulator.behave({ ...FAILS, match: 'sonnet', times: 1 });
    gateway.emulator.behave({ ...FAILS, match: 'haiku' });
    const response = await ask({ n: 2, stream: true });
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toContain('"index":0');
    expect(text).toContain('"index":1');
    expect(text.match(/"finish_reason":"stop"/g)).toHaveLength(2);
    expect(text).not.toContain('error');
    expect(asked('sonnet')).toBe(4);
    await until(() => gateway.emulator.stats().openStreams === 0, 'all streams to be closed');
  });
});
