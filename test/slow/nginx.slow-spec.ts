import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { freePort } from '../support/free-port.ts';
import { KEY, startGateway, type TestGateway } from '../support/gateway.ts';
import { Nginx, nginxIsThere } from '../support/nginx.ts';

const PAUSE_MS = 100;
const installed = await nginxIsThere();

(installed ? describe : describe.skip)('deploy/nginx/outcrop.conf in front of the gateway', () => {
  let gateway: TestGateway;
  let nginx: Nginx;

  beforeAll(async () => {
    gateway = await startGateway();
    // The second replica is always down, so its requests must go to the first.
    nginx = await Nginx.start([Number(new URL(gateway.url).port), await freePort()]);
    await until(() =>
      ask('/health/live').then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
  }, 30_000);

  afterAll(async () => {
    await nginx.stop();
    await gateway.close();
  });

  beforeEach(() => gateway.emulator.reset());

  it('forwards a stream without buffering', async () => {
    gateway.emulator.behave({ kind: 'pace', ms: PAUSE_MS });
    const answer = await open('/v1/chat/completions', chat({ stream: true }));
    const arrivals: number[] = [];
    let text = '';
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      arrivals.push(performance.now());
      text += chunk.toString();
    }
    expect(answer.headers['content-type']).toMatch(/^text\/event-stream/);
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    // A buffer would deliver everything at once.
    expect(arrivals.at(-1)! - arrivals[0]!).toBeGreaterThan(3 * PAUSE_MS);
  });

  it('closes the upstream connection at once when the client disconnects', async () => {
    gateway.emulator.behave({ kind: 'pace', ms: PAUSE_MS });
    const answer = await open('/v1/chat/completions', chat({ stream: true }));
    await new Promise((resolve) => answer.once('data', resolve));
    answer.destroy();
    await until(() => Promise.resolve(gateway.emulator.stats().clientAborts > 0));
  });

  it('never sends a request twice, and always finds the replica that is up', async () => {
    for (let round = 0; round < 6; round++) expect((await ask('/v1/chat/completions', chat())).status).toBe(200);
    expect(gateway.emulator.requests).toHaveLength(6);
  });

  it('forwards request ids and creates missing ones', async () => {
    expect((await ask('/health/live', { headers: { 'x-request-id': 'mine-1' } })).headers['x-request-id']).toBe(
      'mine-1',
    );
    expect((await ask('/health/live')).headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each(['/metrics', '/metrics/', '/METRICS', '//metrics', '/%6detrics', '/v1/../metrics', '/metrics?x'])(
    'does not expose %s',
    async (path) => {
      const authorization = `Bearer ${KEY}`;
      expect((await ask(path, { headers: { authorization } })).text).not.toContain('# HELP');
    },
  );

  it('rejects bodies above server.bodyLimitBytes in the format of the API, and accepts smaller ones', async () => {
    const limit = new GatewayConfig().server.bodyLimitBytes;
    const headers = {
      authorization: `Bearer ${KEY}`,
      'content-type': 'application/json',
      'content-length': String(limit + 1),
    };
    const answer = await ask('/v1/chat/completions', { method: 'POST', headers, body: '{' });
    expect([answer.status, JSON.parse(answer.text).error.code]).toEqual([413, 'request_too_large']);
    const conf = await readFile('deploy/nginx/outcrop.conf', 'utf8');
    expect(Number(/client_max_body_size (\d+)m;/.exec(conf)?.[1]) * 1024 * 1024).toBe(limit);
  });

  it("forwards the gateway's errors, and formats its own errors in the same way", async () => {
    expect(JSON.parse((await ask('/v1/chat/completions', { ...chat(), headers: {} })).text).error).toMatchObject({
      type: expect.any(String),
    });
    await gateway.app.close();
    const answer = await ask('/v1/models');
    expect([answer.status, JSON.parse(answer.text).error.code]).toEqual([502, 'gateway_unavailable']);
  });

  type Options = { method?: string; headers?: Record<string, string>; body?: string };

  function open(path: string, { method, headers, body }: Options = {}): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port: nginx.port,
        path,
        method: method ?? 'GET',
        headers,
        rejectUnauthorized: false,
      };
      request(options, resolve).on('error', reject).end(body);
    });
  }

  async function ask(path: string, options?: Options) {
    const answer = await open(path, options);
    let text = '';
    for await (const chunk of answer as AsyncIterable<Buffer>) text += chunk.toString();
    return { status: answer.statusCode, headers: answer.headers, text };
  }

  function chat(more: object = {}): Options {
    return {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'claude-sonnet-4-6', messages: [{ role: 'user', content: 'Hello' }], ...more }),
    };
  }
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error('timed out');
}
