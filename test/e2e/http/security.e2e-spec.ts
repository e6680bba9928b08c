import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import OpenAI from 'openai';
import { OTHER_KEY, startGateway, type TestGateway } from '../../support/gateway.ts';
import { startRedis } from '../../support/redis.ts';

const MODEL = 'claude-haiku-4-5';
const REQUEST = { model: MODEL, messages: [{ role: 'user' as const, content: 'Hello' }] };

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway('server: { bodyLimitBytes: 20000 }');
});
afterAll(() => gateway.close());

async function refusal(response: Response): Promise<[number, string | null, string | null]> {
  const { error } = (await response.json()) as { error: Record<string, string | null> };
  expect(Object.keys(error).sort()).toEqual(['code', 'message', 'param', 'type']);
  expect(response.headers.get('content-type')).toContain('application/json');
  expect(response.headers.get('x-request-id')).toBeTruthy();
  return [response.status, error.code!, error.param!];
}

describe('keys', () => {
  it('are required on every route that is not public', async () => {
    const routes = ['/v1/models', '/v1/models/x', '/metrics'];
    for (const path of routes) expect((await fetch(gateway.url + path)).status).toBe(401);
    for (const path of ['/v1/chat/completions', '/v1/completions']) {
      expect((await fetch(gateway.url + path, { method: 'POST', body: '{}' })).status).toBe(401);
    }
    for (const path of ['/health/live', '/health/ready', '/health/startup', '/livez', '/readyz']) {
      expect((await fetch(gateway.url + path)).status).toBe(200);
    }
  });

  it('make the official client throw its own error class', async () => {
    const withWrongKey = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'sk-wrong-key-1234', maxRetries: 0 });
    const error = await withWrongKey.models.list().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect((error as Error).message).not.toContain('sk-wrong-key');
  });

  it('allow only their models', async () => {
    const headers = { 'x-api-key': OTHER_KEY, authorization: '' };
    const send = (model: string) => gateway.send('/v1/chat/completions', { body: { ...REQUEST, model }, headers });
    expect((await send('claude-haiku-4-5')).status).toBe(200);
    expect(await refusal(await send('claude-opus-5-5'))).toEqual([403, 'permission_denied', 'model']);
  });
});

describe('rate limits', () => {
  it('are reported in headers and end in a 429 with a retry-after', async () => {
    const limited = await startGateway();
    const send = () =>
      limited.send('/v1/chat/completions', { body: REQUEST, headers: { authorization: `Bearer ${OTHER_KEY}` } });
    const first = await send();
    expect(first.headers.get('x-ratelimit-limit-requests')).toBe('3');
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('2');
    await send();
    await send();
    const refused = await send();
    expect((await refusal(refused)).slice(0, 2)).toEqual([429, 'rate_limit_exceeded']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await limited.send('/v1/chat/completions', { body: REQUEST })).status).toBe(200);
    await limited.close();
  });

  it('are shared by replicas through Redis, and continue without it', async () => {
    const redis = await startRedis();
    if (!redis) return; // The helper has printed the reason.
    const settings = `redis: { url: "${redis.url}", onUnavailable: open }`;
    const replicas = [await startGateway(settings), await startGateway(settings)];
    const send = (replica: number) =>
      replicas[replica]!.send('/v1/chat/completions', {
        body: REQUEST,
        headers: { authorization: `Bearer ${OTHER_KEY}` },
      });
    const statuses = [];
    for (const replica of [0, 1, 0, 1]) statuses.push((await send(replica)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    await redis.stop();
    expect((await send(0)).status).toBe(200);
    for (const replica of replicas) await replica.close();
  });
});

describe('invalid requests', () => {
  const post = (body: unknown, headers = {}) => gateway.send('/v1/chat/completions', { body, headers });

  it.each<[string, () => Promise<Response>, [number, string | null, string | null]]>([
    ['an unknown route', () => gateway.send('/v1/nothing'), [404, 'unknown_url', null]],
    ['a wrong method', () => gateway.send('/v1/chat/completions'), [405, 'method_not_allowed', null]],
    ['broken JSON', () => post('{"model": '), [400, 'invalid_json', null]],
    ['a JSON array', () => post('[]'), [400, null, null]],
    [
      'a wrong content type',
      () => post('model=x', { 'content-type': 'application/x-www-form-urlencoded' }),
      [415, 'unsupported_media_type', null],
    ],
    ['a body over the limit', () => post({ ...REQUEST, user: 'x'.repeat(30_000) }), [413, 'request_too_large', null]],
    ['missing messages', () => post({ model: MODEL }), [400, 'missing_required_parameter', 'messages']],
    ['an empty model', () => post({ ...REQUEST, model: '' }), [400, 'empty_string', 'model']],
    ['a model that is not a string', () => post({ ...REQUEST, model: 7 }), [400, 'invalid_type', 'model']],
    ['an unknown model', () => post({ ...REQUEST, model: 'gpt-9' }), [404, 'model_not_found', 'model']],
    ['no messages', () => post({ model: MODEL, messages: [] }), [400, 'empty_array', 'messages']],
    [
      'an unknown role',
      () => post({ model: MODEL, messages: [{ role: 'robot', content: 'x' }] }),
      [400, 'invalid_value', 'messages[0].role'],
    ],
    [
      'a prototype property',
      () => post('{"model":"claude-haiku-4-5","__proto__":{"x":1},"constructor":1,"messages":7}'),
      [400, 'invalid_type', 'messages'],
    ],
  ])('%s', async (_, send, expected) => {
    expect(await refusal(await send())).toEqual(expected);
  });

  it('that are not HTTP get a 400 and a closed connection', async () => {
    const { hostname, port } = new URL(gateway.url);
    const status = await new Promise<number | undefined>((resolve) => {
      const probe = httpRequest({
        hostname,
        port,
        path: '/v1/models',
        headers: { 'transfer-encoding': 'chunked', 'content-length': '5' },
      });
      probe.on('response', (response) => resolve(response.statusCode)).on('error', () => resolve(undefined));
      probe.end('hello');
    });
    expect(status === undefined || status >= 400).toBe(true);
  });
});

describe('readiness', () => {
  it('fails without credentials and gives the reason, while /health/live passes', async () => {
    const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
    const bare = await startGateway('', undefined, {
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    for (const name of names) delete process.env[name];
    expect((await bare.send('/health/live')).status).toBe(200);
    const ready = await bare.send('/health/ready');
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain('AWS credentials');
    const answer = await bare.send('/v1/chat/completions', { body: REQUEST });
    expect((await refusal(answer)).slice(0, 2)).toEqual([500, 'upstream_auth_error']);
    await bare.close();
  });
});

describe('upstream credentials', () => {
  it('may be a bearer token instead of a signature', async () => {
    const bearer = await startGateway('', undefined, { AWS_BEARER_TOKEN_BEDROCK: 'emulator' });
    const { status } = await bearer.send('/v1/chat/completions', { body: REQUEST });
    delete process.env.AWS_BEARER_TOKEN_BEDROCK;
    expect(status).toBe(200);
    expect(bearer.emulator.requests[0]!.headers.authorization).toBe('Bearer emulator');
    await bearer.close();
  });
});

describe('TLS', () => {
  it('serves the certificate of its files, and a renewed one without a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'outcrop-tls-'));
    const [certFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    const install = (number: number) =>
      Promise.all([
        copyFile(new URL(`../../fixtures/tls/test-${number}.crt`, import.meta.url), certFile),
        copyFile(new URL(`../../fixtures/tls/test-${number}.key`, import.meta.url), keyFile),
      ]);
    await install(1);
    const secure = await startGateway(`server: { tls: { certFile: ${certFile}, keyFile: ${keyFile} } }`);
    const port = Number(new URL(secure.url).port);
    expect(await certificateOrganization(port)).toBe('outcrop test 1');
    await install(2);
    for (let attempt = 0; attempt < 120 && (await certificateOrganization(port)) !== 'outcrop test 2'; attempt++)
      await sleep(100);
    expect(await certificateOrganization(port)).toBe('outcrop test 2');
    await secure.close();
    await rm(folder, { recursive: true });
  });
});

/** Returns the organization in the certificate that a TLS server presents. */
function certificateOrganization(port: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.O));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

describe('metrics', () => {
  it('count responses', async () => {
    await gateway.send('/v1/chat/completions', { body: REQUEST });
    const text = await (await gateway.send('/metrics')).text();
    expect(text).toMatch(
      /outcrop_requests_total\{[^}]*route="\/v1\/chat\/completions"[^}]*model="claude-haiku-4-5"[^}]*status="200"[^}]*\} \d+/,
    );
    expect(text).toMatch(/outcrop_tokens_total\{[^}]*kind="output"[^}]*\} \d+/);
    expect(text).toMatch(/outcrop_upstream_answers_total\{model="claude-haiku-4-5",target="us-east-1\/[^"]+"\} \d+/);
    expect(text).toMatch(/outcrop_first_event_seconds_count\{model="claude-haiku-4-5",stream="false"\} \d+/);
  });

  it('count the usage of each key, and failures', async () => {
    const before = await count('outcrop_key_requests_total{key="test",status="2xx"}');
    await gateway.send('/v1/chat/completions', { body: REQUEST });
    await gateway.send('/v1/chat/completions', { body: { ...REQUEST, model: 'nobody' } });
    // The scrape itself counts as a request.
    expect(await count('outcrop_key_requests_total{key="test",status="2xx"}')).toBe(before + 2);
    expect(await count('outcrop_key_tokens_total{key="test",kind="output"}')).toBeGreaterThan(0);
    expect(await count('outcrop_key_cost_usd_total{key="test"}')).toBeGreaterThan(0);
    expect(
      await count(
        'outcrop_errors_total{route="/v1/chat/completions",code="model_not_found",source="client",status="404"}',
      ),
    ).toBeGreaterThan(0);
  });

  async function count(series: string): Promise<number> {
    const lines = (await (await gateway.send('/metrics')).text()).split('\n');
    return Number(lines.find((line) => line.startsWith(series))?.slice(series.length) ?? NaN);
  }
});
