import { connect } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { KEY, startGateway, type TestGateway } from '../../support/gateway.ts';

/** The sources of failures and of added time in metrics. */

const MODEL = 'claude-haiku-4-5';
const MESSAGES = [{ role: 'user', content: 'Hello' }];
const SETTINGS = 'retry: { maxRetries: 1, baseDelayMs: 10 }\noverload: { maxInFlight: 4, maxInFlightPerKey: 1 }';
/** Longer than the gateway itself takes, also on a busy machine. */
const UPLOAD_MS = 3_000;

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway(SETTINGS);
});
afterEach(() => gateway.close());

const chat = async (more: object = {}): Promise<string> =>
  (await gateway.send('/v1/chat/completions', { body: { model: MODEL, messages: MESSAGES, ...more } })).text();

/** Returns the sum of the series of a family whose labels contain all the given ones. */
async function count(family: string, ...labels: string[]): Promise<number> {
  const text = await (await gateway.send('/metrics')).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`${family}{`));
  const matching = lines.filter((line) => labels.every((label) => line.includes(label)));
  return matching.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

const added = (source: string): Promise<number> =>
  count('outcrop_added_first_event_seconds_count', `source="${source}"`);

describe('outcrop_errors_total', () => {
  it('has the source and the status of the register', async () => {
    await chat({ model: 'no-such-model' });
    expect(await count('outcrop_errors_total', 'source="client"', 'status="404"', 'code="model_not_found"')).toBe(1);
    gateway.emulator.behave({ kind: 'refuse', name: 'ServiceUnavailableException' });
    await chat();
    expect(await count('outcrop_errors_total', 'source="upstream"', 'status="503"')).toBe(1);
  });

  it('distinguishes the sources of one code', async () => {
    gateway.emulator.behave({ kind: 'slow', ms: 60_000 });
    await gateway.send('/v1/chat/completions', {
      body: { model: MODEL, messages: MESSAGES },
      headers: { 'x-outcrop-timeout-ms': '100' },
    });
    expect(await count('outcrop_errors_total', 'code="timeout"', 'source="client"', 'status="504"')).toBe(1);
  });

  it.each(['/v1/chat/completions', '/v1/messages', '/v1/responses'])(
    'has the status of a failure of a stream of %s that began with 200',
    async (path) => {
      gateway.emulator.behave({ kind: 'truncate', afterDeltas: 2 });
      const body = { model: MODEL, messages: MESSAGES, input: 'Hello', max_tokens: 100, stream: true };
      const { messages, input, max_tokens, ...rest } = body;
      const own = path === '/v1/responses' ? { ...rest, input } : { ...rest, messages, max_tokens };
      const response = await gateway.send(path, { body: own });
      await response.text();
      expect(response.status).toBe(200);
      expect(await count('outcrop_errors_total', `route="${path}"`, 'source="upstream"', 'status="502"')).toBe(1);
      expect(await count('outcrop_requests_total', `route="${path}"`, 'status="200"')).toBe(1);
    },
  );
});

describe('outcrop_added_first_event_seconds', () => {
  it('has the source gateway for requests without a wait, and does not contain the time of Bedrock', async () => {
    gateway.emulator.behave({ kind: 'slow', ms: UPLOAD_MS });
    await chat();
    await chat({ stream: true });
    expect(await added('gateway')).toBe(2);
    expect(await count('outcrop_first_event_seconds_sum')).toBeGreaterThan((2 * UPLOAD_MS) / 1_000);
    expect(await count('outcrop_added_first_event_seconds_sum')).toBeLessThan(UPLOAD_MS / 1_000);
  });

  it('has the source upstream after a retry', async () => {
    gateway.emulator.behave({ kind: 'refuse', name: 'ServiceUnavailableException', times: 1 });
    await chat();
    expect([await added('upstream'), await added('gateway')]).toEqual([1, 0]);
  });

  it('has the source key for a wait for the share of the key', async () => {
    gateway.emulator.behave({ kind: 'slow', ms: 200 });
    await Promise.all([chat(), chat()]);
    expect([await added('key'), await added('gateway')]).toEqual([1, 1]);
  });

  it('does not contain the upload of the body', async () => {
    const body = JSON.stringify({ model: MODEL, messages: MESSAGES });
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${KEY}\r\nconnection: close\r\n` +
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
    );
    // On a busy machine, the head of the request reaches the gateway after the wait has begun.
    await sleep(UPLOAD_MS + 500);
    socket.write(body.slice(10));
    expect(await textOf(socket)).toContain('200 OK');
    expect(await count('outcrop_first_event_seconds_sum')).toBeGreaterThan(UPLOAD_MS / 1_000);
    expect(await count('outcrop_added_first_event_seconds_sum')).toBeLessThan(UPLOAD_MS / 1_000);
  }, 20_000);
});
