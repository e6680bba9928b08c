import { once } from 'node:events';
import { Agent, request as httpRequest, type Server, type ServerResponse } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { DrainService } from '../../../src/http/drain/drain.service.ts';
import { ManagementServer } from '../../../src/http/server/management.server.ts';
import { KEY, startGateway, type TestGateway, until } from '../../support/gateway.ts';

const REQUEST = { model: 'claude-sonnet-4-6', messages: [{ role: 'user' as const, content: 'Hello' }] };
const LONG = Array.from({ length: 400 }, (_, index) => `word${index}`).join(' ');

const TLS = '\nserver: { tls: { certFile: test/fixtures/tls/test-1.crt, keyFile: test/fixtures/tls/test-1.key } }';

let gateway: TestGateway;
afterEach(() => gateway.close());

const drain = (): Promise<void> => gateway.app.get(DrainService).drain('SIGTERM');
const chat = (more: object = {}, headers: Record<string, string> = {}) =>
  gateway.send('/v1/chat/completions', { body: { ...REQUEST, ...more }, headers });
const untilCalled = (count: number) =>
  until(() => gateway.emulator.requests.length >= count, `${count} upstream requests`);

describe('during the announcement to load balancers', () => {
  beforeEach(async () => {
    gateway = await startGateway('shutdown: { drainDelaySeconds: 1, graceSeconds: 5 }');
  });

  it('is not ready, stays live, and answers new requests on new connections', async () => {
    const drained = drain();
    const ready = await gateway.send('/health/ready');
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { error: { accepting: { reason: 'shutting down' } } },
    ]);
    expect((await gateway.send('/health/live')).status).toBe(200);
    const answer = await chat();
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
    expect(await (await chat({ stream: true })).text()).toContain('[DONE]');
    expect(await (await gateway.send('/metrics')).text()).toContain('outcrop_draining 1');
    await drained;
    await expect(gateway.send('/health/live')).rejects.toThrow();
  });

  it('announces the close on responses that have not begun, and completes those in progress', async () => {
    gateway.emulator.behave({ kind: 'slow', ms: 300 });
    const running = chat();
    await untilCalled(1);
    const drained = drain();
    const answer = await running;
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
    await drained;
  });

  it('serves a connection that a stream kept open, then closes it', async () => {
    gateway.emulator.behave({ kind: 'pace', ms: 50 });
    gateway.emulator.script([{ text: LONG.slice(0, 200) }]);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const stream = await kept(agent, { ...REQUEST, stream: true });
    expect(stream.headers.connection).toBe('keep-alive');
    const drained = drain();
    expect(await stream.text()).toContain('[DONE]');
    const next = await kept(agent, REQUEST);
    expect([next.status, next.headers.connection, next.reused]).toEqual([200, 'close', true]);
    await next.text();
    await drained;
    agent.destroy();
  });

  it.each([
    ['HTTP', '', new Agent({ keepAlive: true, maxSockets: 8 })],
    ['HTTPS', TLS, new TlsAgent({ keepAlive: true, maxSockets: 8, rejectUnauthorized: false })],
  ])('resets no client under load on keep-alive connections over %s', async (_, tls, agent) => {
    await gateway.close();
    gateway = await startGateway(`shutdown: { drainDelaySeconds: 1, graceSeconds: 5 }${tls}`);
    const outcomes = new Map<string, number>();
    const loadEnded = new AbortController();
    const load = async (): Promise<void> => {
      while (!loadEnded.signal.aborted) {
        const outcome = await kept(agent, REQUEST).then(whole, (error: NodeJS.ErrnoException) => String(error.code));
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    };
    const running = Promise.all(Array.from({ length: 8 }, load));
    await untilCalled(50);
    const drained = drain();
    // The balancer needs a while to detect the change, less than the delay.
    await sleep(500);
    loadEnded.abort();
    await running;
    await drained;
    agent.destroy();
    expect([...outcomes.keys()]).toEqual(['200']);
    expect(outcomes.get('200')).toBeGreaterThan(50);
  });
});

it('reports its state on the management port until the end', async () => {
  gateway = await startGateway('shutdown: { drainDelaySeconds: 0 }\nmanagement: { port: 0, host: 127.0.0.1 }');
  const management = `http://127.0.0.1:${gateway.app.get(ManagementServer).port}`;
  gateway.emulator.behave({ kind: 'pace', ms: 50 });
  gateway.emulator.script([{ text: LONG.slice(0, 200) }]);
  const reading = (await chat({ stream: true })).text();
  const drained = drain();
  const server: Server = gateway.app.getHttpServer();
  await until(() => !server.listening, 'the socket to close');
  expect((await fetch(`${management}/health/ready`)).status).toBe(503);
  expect(await (await fetch(`${management}/metrics`)).text()).toContain('outcrop_draining 1');
  expect(await reading).toContain('[DONE]');
  await drained;
});

describe('after the grace period', () => {
  beforeEach(async () => {
    gateway = await startGateway(`
shutdown: { drainDelaySeconds: 0, graceSeconds: 1 }
streaming: { keepAliveSeconds: 1 }
`);
  });

  it('ends started streams with an error and without [DONE], and their upstream calls', async () => {
    gateway.emulator.behave({ kind: 'pace', ms: 50 });
    gateway.emulator.script([{ text: LONG }]);
    const reading = (await chat({ stream: true })).text();
    await drain();
    const text = await reading;
    expect(text).toContain('word0');
    expect(text).not.toContain('[DONE]');
    expect(lastFrame(text)).toMatchObject({ error: { type: 'server_error', code: 'server_shutting_down' } });
    await until(() => gateway.emulator.stats().clientAborts === 1, 'the upstream to be stopped');
  });

  it('ends streams that have only sent keep-alives in the same way', async () => {
    gateway.emulator.behave({ kind: 'stall' });
    const answer = await chat({ stream: true });
    const reading = answer.text();
    await drain();
    const text = await reading;
    expect(text).toMatch(/^: keep-alive/);
    expect(lastFrame(text)).toMatchObject({ error: { code: 'server_shutting_down' } });
  });

  it.each([
    ['an upstream', { kind: 'stall' } as const],
    ['a retry', { kind: 'refuse', name: 'ThrottlingException', headers: { 'retry-after': '20' } } as const],
  ])('rejects requests that wait for %s with 503 and a retry-after', async (_, fault) => {
    gateway.emulator.behave(fault);
    const running = chat();
    await untilCalled(1);
    await drain();
    const answer = await running;
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.json()).toMatchObject({ error: { type: 'server_error', code: 'server_shutting_down' } });
    expect(gateway.emulator.stats().openRequests).toBe(0);
  });

  it("uses the error format of the client's API", async () => {
    gateway.emulator.behave({ kind: 'stall' });
    const running = chat({}, { 'anthropic-version': '2023-06-01' });
    await untilCalled(1);
    await drain();
    expect(await (await running).json()).toMatchObject({ type: 'error', error: { type: 'overloaded_error' } });
  });

  it('disconnects clients that do not read, and exits', async () => {
    // More than both kernel buffers hold.
    const delta = { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'x'.repeat(64 * 1024) } } };
    gateway.emulator.script([
      { events: [{ messageStart: { role: 'assistant' } }, ...Array.from({ length: 1_000 }, () => delta)] },
    ]);
    const server: Server = gateway.app.getHttpServer();
    const response = once(server, 'request').then(([, given]) => given as ServerResponse);
    const answer = await kept(new Agent(), { ...REQUEST, stream: true });
    while (!(await response).writableNeedDrain) await sleep(10);
    await drain();
    await expect(answer.text()).rejects.toThrow('aborted');
    await until(() => gateway.emulator.stats().openStreams === 0, 'the upstream to be stopped');
  });
});

function lastFrame(text: string): unknown {
  return JSON.parse(text.trimEnd().split('\n\n').at(-1)!.replace('data: ', ''));
}

/** Resolves with the status once the body is complete. */
async function whole(answer: Kept): Promise<string> {
  await answer.text();
  return String(answer.status);
}

interface Kept {
  status?: number;
  headers: Record<string, unknown>;
  reused: boolean;
  text(): Promise<string>;
}

/** Sends one request over the agent's connections without reading its body. */
function kept(agent: Agent, body: object) {
  const options = {
    agent,
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
  };
  return new Promise<Kept>((resolve, reject) => {
    const tls = agent instanceof TlsAgent;
    const url = `${tls ? gateway.url.replace('http:', 'https:') : gateway.url}/v1/chat/completions`;
    const request = (tls ? httpsRequest : httpRequest)(url, options, (response) => {
      const text = async (): Promise<string> => {
        let all = '';
        for await (const chunk of response as AsyncIterable<Buffer>) all += chunk.toString();
        return all;
      };
      resolve({ status: response.statusCode, headers: response.headers, reused: request.reusedSocket, text });
    });
    request.on('error', reject).end(JSON.stringify(body));
  });
}
