import OpenAI from 'openai';
import { startGateway, type TestGateway, until } from '../../support/gateway.ts';

/** A waiting request receives a status that clients retry, although keep-alives could extend the wait. */

const MODEL = 'claude-sonnet-4-6';
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];
const CHAT = { model: MODEL, messages: MESSAGES };
const STREAMING = 'streaming: { keepAliveSeconds: 1 }';
const RETRIES = 'maxRetries: 20';
/** The delay of every retry: one second. */
const THROTTLE = {
  kind: 'refuse' as const,
  name: 'ThrottlingException',
  status: 429,
  headers: { 'retry-after': '1' },
};

let gateway: TestGateway;
afterEach(() => gateway.close());

/** Requests on every API, streamed and plain. */
const REQUESTS: readonly [path: string, body: object][] = [
  ['/v1/chat/completions', { ...CHAT, stream: true }],
  ['/v1/chat/completions', CHAT],
  ['/v1/chat/completions', { ...CHAT, n: 2, stream: true }],
  ['/v1/completions', { model: MODEL, prompt: 'Hello', stream: true }],
  ['/v1/responses', { model: MODEL, input: 'Hello', stream: true }],
  ['/v1/messages', { ...CHAT, max_tokens: 16, stream: true }],
  ['/v1/messages', { ...CHAT, model: 'nova-lite', max_tokens: 16, stream: true }],
  [`/model/${MODEL}/converse-stream`, { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }],
];

describe('a throttled request', () => {
  it('returns 429 within statusWithinMs, before the first keep-alive', async () => {
    gateway = await startGateway(`retry: { ${RETRIES}, statusWithinMs: 2500 }\n${STREAMING}`);
    gateway.emulator.behave(THROTTLE);
    const answers = await Promise.all(
      REQUESTS.map(async ([path, body]) => {
        const answer = await gateway.send(path, { body });
        await answer.text();
        return [path, answer.status, Number(answer.headers.get('retry-after')) >= 1];
      }),
    );
    expect(answers).toEqual(REQUESTS.map(([path]) => [path, 429, true]));
    // Three attempts each, at 0, 1 and 2 s; fewer on a busy machine, but more than one.
    expect(gateway.emulator.stats().requests).toBeGreaterThan(REQUESTS.length + 1);
  });

  it('is retried by the official client, and then answered as a stream', async () => {
    gateway = await startGateway(`retry: { ${RETRIES}, statusWithinMs: 1500 }\n${STREAMING}`);
    gateway.emulator.behave({ ...THROTTLE, times: 3 });
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'sk-test-key', maxRetries: 2 });
    let text = '';
    for await (const { choices } of await client.chat.completions.create({ ...CHAT, stream: true })) {
      text += choices[0]?.delta.content ?? '';
    }
    expect(text).toContain('emulator');
  });

  it('is answered as a stream without keep-alives if the throttling ends in time', async () => {
    gateway = await startGateway(`retry: { ${RETRIES} }\n${STREAMING}`);
    gateway.emulator.behave({ ...THROTTLE, times: 3 });
    const answer = await gateway.send('/v1/chat/completions', { body: { ...CHAT, stream: true } });
    const text = await answer.text();
    expect([answer.status, text.includes(': keep-alive'), text.includes('[DONE]')]).toEqual([200, false, true]);
  });
});

describe('an upstream that accepts the call and stays silent', () => {
  it.each([
    ['after its response headers', 'first-event'],
    ['before its response headers', 'headers'],
  ] as const)('%s: the gateway sends keep-alives, also after a retry', async (_when, before) => {
    gateway = await startGateway(`retry: { ${RETRIES}, statusWithinMs: 2000 }\n${STREAMING}`);
    gateway.emulator.behave({ ...THROTTLE, times: 1 });
    gateway.emulator.behave({ kind: 'slow', ms: 2_500, before });
    const answer = await gateway.send('/v1/chat/completions', { body: { ...CHAT, stream: true } });
    const text = await answer.text();
    expect([answer.status, text.startsWith(': keep-alive'), text.includes('[DONE]')]).toEqual([200, true, true]);
  });

  it('is not used for plain requests', async () => {
    gateway = await startGateway(
      `retry: { ${RETRIES}, statusWithinMs: 1000 }\n${STREAMING}\nbedrock: { timeouts: { firstEventMs: 1500 } }`,
    );
    gateway.emulator.behave({ kind: 'stall', times: 1 });
    const answer = await gateway.send('/v1/chat/completions', { body: CHAT });
    expect([answer.status, gateway.emulator.stats().requests]).toEqual([200, 2]);
  });
});

describe('a request that waits for a quota', () => {
  it.each([[true], [false]])('returns 429 within statusWithinMs, streamed: %s', async (stream) => {
    const quotas = `bedrock: { quotas: { limits: [{model: ${MODEL}, tokensPerMinute: 10000}] } }`;
    gateway = await startGateway(`retry: { statusWithinMs: 1500 }\n${STREAMING}\n${quotas}`);
    gateway.emulator.behave({ kind: 'slow', ms: 4_000, times: 1 });
    const body = { ...CHAT, max_tokens: 9_000 };
    const running = gateway.send('/v1/chat/completions', { body });
    await until(() => gateway.emulator.requests.length === 1, 'the request to arrive');
    const answer = await gateway.send('/v1/chat/completions', { body: { ...body, stream } });
    expect([answer.status, Number(answer.headers.get('retry-after')) > 1]).toEqual([429, true]);
    expect(await answer.json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
    expect((await running).status).toBe(200);
    expect(gateway.emulator.stats().requests).toBe(1);
  });
});
