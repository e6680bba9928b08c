import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';
import { startEmulator } from '../../../emulator/emulator.ts';
import { startGateway, type TestGateway, until } from '../../support/gateway.ts';

const MODEL = 'claude-sonnet-4-6';
const REQUEST = { model: MODEL, messages: [{ role: 'user' as const, content: 'Hello' }] };
const LONG = Array.from({ length: 200 }, (_, index) => `word${index}`).join(' ');

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway(`
retry: { maxRetries: 2 }
bedrock: { timeouts: { firstEventMs: 1500, idleMs: 1500, connectMs: 1000 } }
shutdown: { graceSeconds: 3 }
`);
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

async function streamed(body: object = {}): Promise<{ status: number; text: string }> {
  const response = await gateway.send('/v1/chat/completions', { body: { ...REQUEST, stream: true, ...body } });
  return { status: response.status, text: await response.text() };
}

describe('retries', () => {
  it('repeat a throttled request until it succeeds, plain and streamed', async () => {
    gateway.emulator.behave({ kind: 'throttle', times: 2 });
    const answer = await gateway.client.chat.completions.create(REQUEST);
    expect(answer.choices[0]!.message.content).toContain('emulator');
    expect(gateway.emulator.requests).toHaveLength(3);

    gateway.emulator.reset();
    gateway.emulator.behave({ kind: 'throttle', times: 2 });
    expect((await streamed()).text).toContain('[DONE]');
    expect(gateway.emulator.requests).toHaveLength(3);
  });

  it('end with the upstream’s message, 429 and a retry-after', async () => {
    gateway.emulator.behave({ kind: 'throttle', message: 'Too many requests, please wait before trying again.' });
    const error = await gateway.client.chat.completions.create(REQUEST).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    const { headers, code, message } = error as InstanceType<typeof OpenAI.RateLimitError>;
    expect(code).toBe('rate_limit_exceeded');
    expect(message).toContain('Too many requests, please wait before trying again.');
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(gateway.emulator.requests).toHaveLength(3);
  });

  it.each([
    ['ValidationException', 400, 400, 1],
    ['AccessDeniedException', 403, 403, 1],
    ['ResourceNotFoundException', 404, 404, 1],
    ['ServiceQuotaExceededException', 400, 429, 1],
    ['ExpiredTokenException', 403, 500, 1],
    ['ModelNotReadyException', 429, 503, 3],
    ['ModelTimeoutException', 408, 504, 3],
    ['ModelErrorException', 424, 502, 3],
    ['InternalServerException', 500, 500, 3],
    ['ServiceUnavailableException', 503, 503, 3],
  ])('%s (%i) becomes %i after %i calls', async (name, upstreamStatus, status, calls) => {
    gateway.emulator.behave({ kind: 'refuse', name, status: upstreamStatus, message: `because of ${name}` });
    for (const stream of [false, true]) {
      const response = await gateway.send('/v1/chat/completions', { body: { ...REQUEST, stream } });
      expect(response.status).toBe(status);
      const { error } = (await response.json()) as Loose;
      expect(Object.keys(error).sort()).toEqual(['code', 'message', 'param', 'type']);
      expect(error.message).toContain(`because of ${name}`);
    }
    expect(gateway.emulator.requests).toHaveLength(2 * calls);
  });

  it('repeat only the failed calls of a fan-out', async () => {
    gateway.emulator.behave({ kind: 'throttle', times: 1 });
    const answer = await gateway.client.chat.completions.create({ ...REQUEST, n: 3 });
    expect(answer.choices).toHaveLength(3);
    expect(gateway.emulator.requests).toHaveLength(4);
  });

  it('wait as long as the upstream requests', async () => {
    const headers = { 'retry-after': '0.3' };
    gateway.emulator.behave({ kind: 'refuse', name: 'ServiceUnavailableException', status: 503, headers, times: 1 });
    await gateway.client.chat.completions.create(REQUEST);
    const [first, second] = gateway.emulator.requests;
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(290);
  });

  it('cover a connection that breaks before the answer', async () => {
    gateway.emulator.behave({ kind: 'cut', times: 1 });
    expect((await gateway.client.chat.completions.create(REQUEST)).choices).toHaveLength(1);
  });

  it('treat an exception in the first frame as a rejection', async () => {
    gateway.emulator.behave({ kind: 'first-frame-error', name: 'throttlingException', times: 1 });
    expect((await streamed()).text).toContain('[DONE]');
    gateway.emulator.reset();
    gateway.emulator.behave({ kind: 'first-frame-error', name: 'throttlingException' });
    const { status, text } = await streamed();
    expect(status).toBe(429);
    expect(JSON.parse(text).error.code).toBe('rate_limit_exceeded');
  });
});

describe('a started stream', () => {
  it.each([
    ['an exception', { kind: 'stream-error', name: 'modelStreamErrorException', afterDeltas: 2 }, 'model_error'],
    ['a cut connection', { kind: 'cut', afterDeltas: 2 }, 'upstream_connection_error'],
    ['an end without messageStop', { kind: 'truncate', afterDeltas: 2 }, 'upstream_stream_incomplete'],
    ['a damaged frame', { kind: 'corrupt', afterDeltas: 2 }, 'upstream_stream_corrupt'],
    ['silence', { kind: 'stall', afterDeltas: 2 }, 'timeout'],
  ] as const)('that meets %s ends with an error frame and without [DONE]', async (_, fault, code) => {
    gateway.emulator.behave(fault);
    const { status, text } = await streamed();
    expect(status).toBe(200);
    expect(text).toContain('"content"');
    expect(text).not.toContain('[DONE]');
    const last = JSON.parse(
      text
        .trim()
        .split('\n\n')
        .at(-1)!
        .replace(/^data: /, ''),
    );
    expect(last.error.code).toBe(code);
    expect(gateway.emulator.requests).toHaveLength(1);
  });

  it('makes the official client throw', async () => {
    gateway.emulator.behave({
      kind: 'stream-error',
      name: 'internalServerException',
      message: 'lost it',
      afterDeltas: 1,
    });
    const stream = await gateway.client.chat.completions.create({ ...REQUEST, stream: true });
    const reading = (async () => {
      for await (const chunk of stream) expect(chunk.id).toBeTruthy();
    })();
    await expect(reading).rejects.toThrow('lost it');
  });

  it('arrives complete however the frames are split', async () => {
    gateway.emulator.script([{ text: LONG }]);
    gateway.emulator.behave({ kind: 'drip', bytes: 7 });
    const stream = await gateway.client.chat.completions.create({ ...REQUEST, max_tokens: 4000, stream: true });
    let text = '';
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
    expect(text).toBe(LONG);
  });
});

describe('a client that disconnects', () => {
  it('aborts the upstream call in mid-stream', async () => {
    gateway.emulator.behave({ kind: 'pace', ms: 20 });
    gateway.emulator.script([{ text: LONG }]);
    const abort = new AbortController();
    const stream = await gateway.client.chat.completions.create(
      { ...REQUEST, max_tokens: 4000, stream: true },
      { signal: abort.signal },
    );
    await stream[Symbol.asyncIterator]().next();
    abort.abort();
    // Keeps only streams that have not ended by themselves.
    await until(() => gateway.emulator.requests[0]?.abortedAt !== undefined, 'the upstream to be left');
    expect(gateway.emulator.stats().openStreams).toBe(0);
  });

  it('aborts a plain upstream call as well', async () => {
    gateway.emulator.behave({ kind: 'slow', ms: 1_000 });
    const abort = new AbortController();
    const asking = gateway.client.chat.completions.create(REQUEST, { signal: abort.signal }).catch(() => 'gone');
    await until(() => gateway.emulator.requests.length === 1, 'the request to arrive');
    abort.abort();
    await until(() => gateway.emulator.requests[0]?.abortedAt !== undefined, 'the upstream to be left');
    expect(await asking).toBe('gone');
  });

  it('is not followed by retries', async () => {
    gateway.emulator.behave({ kind: 'refuse', name: 'ThrottlingException', status: 429, headers: {} });
    const abort = new AbortController();
    const asking = gateway.client.chat.completions.create(REQUEST, { signal: abort.signal }).catch(() => 'gone');
    await until(() => gateway.emulator.requests.length >= 1, 'the request to arrive');
    abort.abort();
    await asking;
    const seen = gateway.emulator.requests.length;
    await sleep(150);
    expect(gateway.emulator.requests.length).toBeLessThanOrEqual(seen + 1);
  });
});

describe('timeouts', () => {
  it('end a call that never answers', async () => {
    gateway.emulator.behave({ kind: 'stall' });
    const response = await gateway.send('/v1/chat/completions', { body: REQUEST });
    expect(response.status).toBe(504);
    expect(((await response.json()) as Loose).error.code).toBe('timeout');
  });
});

describe('an upstream that fails under load', () => {
  it('causes well-formed errors, and the gateway recovers without a restart', async () => {
    const upstream = await startEmulator({ port: 0, paceMs: 0 });
    const { port } = new URL(upstream.url);
    const loaded = await startGateway('retry: { maxRetries: 0 }', upstream.url);
    const ask = () =>
      loaded.client.chat.completions.create(REQUEST).then(
        () => 200,
        (error: { status?: number }) => error.status,
      );
    expect(await ask()).toBe(200);
    const load = Array.from({ length: 20 }, () => ask());
    await upstream.close();
    const during = await Promise.all([...load, ...Array.from({ length: 10 }, () => ask())]);
    expect(during.every((status) => status === 200 || status === 502)).toBe(true);
    expect(during).toContain(502);
    const revived = await startEmulator({ port: Number(port), paceMs: 0 });
    expect(await ask()).toBe(200);
    await loaded.close();
    await revived.close();
  });
});

describe('SIGTERM', () => {
  it('lets a running stream finish, then the process ends', async () => {
    const draining = await startGateway('shutdown: { graceSeconds: 5 }');
    draining.emulator.behave({ kind: 'pace', ms: 20 });
    draining.emulator.script([{ text: 'one two three four five six seven eight nine ten' }]);
    const response = await draining.send('/v1/chat/completions', { body: { ...REQUEST, stream: true } });
    const reading = response.text();
    const closing = draining.app.close();
    expect(await reading).toContain('[DONE]');
    await closing;
    await expect(fetch(`${draining.url}/health/live`)).rejects.toThrow();
    await draining.emulator.close();
  });
});
