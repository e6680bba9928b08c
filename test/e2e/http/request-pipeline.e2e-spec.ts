import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BadRequestException,
  Body,
  Controller,
  ForbiddenException,
  Get,
  Global,
  type INestApplication,
  Module,
  NotFoundException,
  Post,
  Res,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { ThrottlerException } from '@nestjs/throttler';
import { type Response } from 'express';
import { Logger } from 'nestjs-pino';
import { HealthController } from '../../../src/api/health/health.controller.ts';
import { CapacityHealthIndicator } from '../../../src/api/health/capacity.health.ts';
import { CredentialsHealthIndicator } from '../../../src/api/health/credentials.health.ts';
import { DrainHealthIndicator } from '../../../src/api/health/drain.health.ts';
import type { ReadinessResult } from '../../../src/api/health/readiness-result.ts';
import { StartupHealthIndicator } from '../../../src/api/health/startup.health.ts';
import { MetricsController } from '../../../src/api/metrics/metrics.controller.ts';
import type { RequestContext } from '../../../src/request/request-context.ts';
import { AuthConfig, GatewayConfig, ServerConfig } from '../../../src/config/gateway-config.ts';
import { LiveConfig } from '../../../src/config/live-config.ts';
import { GatewayError } from '../../../src/errors/errors.ts';
import { AccessLog } from '../../../src/telemetry/logging/access-log.ts';
import { createLoggersFor } from '../../../src/telemetry/logging/logging.ts';
import { LOGGERS } from '../../../src/telemetry/logging/logging.module.ts';
import { TelemetryModule } from '../../../src/telemetry/telemetry.module.ts';
import { GovernanceHealthIndicator } from '../../../src/api/health/governance.health.ts';
import { ApiKeyGuard } from '../../../src/http/auth/api-key.guard.ts';
import { ApiKeyModule } from '../../../src/governance/api-key.module.ts';
import { ApiKeyService } from '../../../src/governance/api-key.service.ts';
import { CurrentContext } from '../../../src/http/context/current-context.decorator.ts';
import { AdmissionGuard } from '../../../src/http/admission/admission.guard.ts';
import { AdmissionModule } from '../../../src/admission/admission.module.ts';
import { ContentTypeGuard } from '../../../src/http/body/content-type.guard.ts';
import { JsonBodyGuard } from '../../../src/http/body/json-body.guard.ts';
import { UploadGuard } from '../../../src/http/admission/upload.guard.ts';
import { DrainModule } from '../../../src/http/drain/drain.module.ts';
import { ErrorFilter } from '../../../src/http/errors/error.filter.ts';
import { GatewayAdapter } from '../../../src/http/server/gateway-adapter.ts';
import { RateLimitGuard } from '../../../src/http/throttling/rate-limit.guard.ts';
import { RateLimitModule } from '../../../src/http/throttling/rate-limit.module.ts';
import { requestContextMiddleware } from '../../../src/http/server/request-context.middleware.ts';

const KEY = 'oc-a-good-key-for-tests';
const SLOW_KEY = 'oc-a-limited-key-for-tests';
const SHARED_KEY = 'oc-a-key-of-two-requests-for-tests';
const OLD_KEY = 'oc-an-expired-key-for-tests';
const SECRET_CONTENT = 'the patient is called Miller';

const hashOf = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex')}`;
const config = Object.assign(new GatewayConfig(), {
  server: Object.assign(new ServerConfig(), { bodyLimitBytes: 1000 }),
  auth: Object.assign(new AuthConfig(), {
    keys: [
      { name: 'team', hash: hashOf(KEY), metrics: true },
      { name: 'slow', hash: hashOf(SLOW_KEY), requestsPerMinute: 3 },
      { name: 'shared', hash: hashOf(SHARED_KEY), requestsPerMinute: 2 },
      { name: 'old', hash: hashOf(OLD_KEY), expires: '2020-01-01' },
    ],
  }),
});

const thrown: Record<string, () => unknown> = {
  gateway: () =>
    new GatewayError({
      status: 429,
      type: 'tokens',
      code: 'insufficient_quota',
      message: 'No more.',
      param: 'model',
      retryAfter: 1.2,
      shouldRetry: false,
    }),
  bug: () => new TypeError(`cannot read ${SECRET_CONTENT}`),
  text: () => 'just a string',
  forbidden: () => new ForbiddenException(),
  nothing: () => new NotFoundException('No such thing.'),
  bad: () => new BadRequestException('Not like this.'),
  throttler: () => new ThrottlerException(),
};

@Controller('v1')
class FailingController {
  @Post('echo')
  echo(@Body() body: unknown, @CurrentContext() context: RequestContext) {
    context.report.model = 'claude-test';
    context.report.usage = { input: 3, output: 4, cacheRead: 0, cacheWrite: 5 };
    context.report.adjusted = ['temperature'];
    return { body, caller: context.caller };
  }

  @Post(['throw', 'messages/throw'])
  throw(@Body() body: { what: string }) {
    throw thrown[body.what]?.();
  }

  @Get('half')
  async half(@Res() response: Response, @CurrentContext() context: RequestContext) {
    context.report.stream = true;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
    await sleep(20);
    throw new Error('broken in the middle');
  }

  @Get('hang')
  async hang(@CurrentContext() context: RequestContext) {
    await once(context.signal.abortSignal, 'abort');
    throw context.signal.reason;
  }
}

@Global()
@Module({
  providers: [
    { provide: GatewayConfig, useValue: config },
    { provide: LiveConfig, useValue: new LiveConfig(config) },
  ],
  exports: [GatewayConfig, LiveConfig],
})
class Settings {}

@Module({
  imports: [
    Settings,
    TelemetryModule,
    ApiKeyModule,
    RateLimitModule,
    AdmissionModule,
    DrainModule,
    TerminusModule.forRoot({ logger: false }),
  ],
  controllers: [FailingController, HealthController, MetricsController],
  providers: [
    StartupHealthIndicator,
    DrainHealthIndicator,
    CapacityHealthIndicator,
    GovernanceHealthIndicator,
    { provide: CredentialsHealthIndicator, useValue: { check: () => credentials } },
    { provide: APP_GUARD, useClass: ApiKeyGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useClass: ContentTypeGuard },
    { provide: APP_GUARD, useClass: UploadGuard },
    { provide: APP_GUARD, useClass: AdmissionGuard },
    { provide: APP_GUARD, useClass: JsonBodyGuard },
    { provide: APP_FILTER, useClass: ErrorFilter },
  ],
})
class FailingModule {}

let credentials: ReadinessResult = { ok: true };

let app: INestApplication;
let base: string;
let lines: string[] = [];
const logged = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
/** Returns the sum of omitted lines. */
const notWrittenIn = (counts: readonly { notWritten?: number }[]): number =>
  counts.reduce((sum, { notWritten = 0 }) => sum + notWritten, 0);

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 10_000; !(await condition()); await sleep(10)) {
    if (performance.now() > end) throw new Error('timed out');
  }
}

const requestLines = () => logged().filter((line) => line.msg === 'request');

beforeAll(async () => {
  const loggers = createLoggersFor([{ write: (line) => void lines.push(line) }], { level: 'debug' });
  const builder = Test.createTestingModule({ imports: [FailingModule] });
  const module = await builder.overrideProvider(LOGGERS).useValue(loggers).compile();
  app = module.createNestApplication(new GatewayAdapter(), { bodyParser: false, bufferLogs: true });
  app.useLogger(app.get(Logger));
  app.use(requestContextMiddleware([app.get(AccessLog)], app.get(GatewayConfig)));
  // One test keeps the process busy for seconds; the server must not close the client's connection meanwhile.
  Object.assign(app.getHttpServer() as object, { keepAliveTimeout: 60_000 });
  await app.listen(0, '127.0.0.1');
  base = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
});
afterAll(() => app.close());
beforeEach(() => {
  lines = [];
});

interface Answer {
  status: number;
  headers: Headers;
  body: any; // oxlint-disable-line typescript/no-explicit-any -- the test inspects a log line
}

async function ask(path: string, options: RequestInit & { key?: string | null } = {}): Promise<Answer> {
  const { key = KEY, headers, ...rest } = options;
  const given = new Headers(headers);
  if (key !== null) given.set('authorization', `Bearer ${key}`);
  const answer = await fetch(base + path, { ...rest, headers: given });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text.startsWith('{') ? JSON.parse(text) : text };
}

function post(path: string, body: string, headers: Record<string, string> = {}, key: string | null = KEY) {
  return ask(path, { method: 'POST', body, key, headers: { 'content-type': 'application/json', ...headers } });
}

/** Sends raw bytes that fetch would reject. */
async function raw(text: string): Promise<string> {
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  socket.end(text);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

describe('API keys', () => {
  it.each([
    ['authorization', `Bearer ${KEY}`],
    ['authorization', `bEARER   ${KEY}`],
    ['x-api-key', KEY],
    ['api-key', KEY],
  ])('are accepted in %s: %s', async (name, value) => {
    const { status, body } = await post('/v1/echo', '{"a":1}', { [name]: value }, null);
    expect(status).toBe(201);
    expect(body.caller).toEqual({ name: 'team', id: hashOf(KEY).slice(7, 19), metrics: true });
  });

  it('are read from the first header that contains one', async () => {
    expect((await post('/v1/echo', '{}', { 'x-api-key': 'wrong' })).status).toBe(201);
    expect((await post('/v1/echo', '{}', { authorization: 'Basic abc', 'x-api-key': KEY }, null)).status).toBe(201);
    // Claude Code sends a headers, and the token of them may hold a key of another service.
    expect((await post('/v1/echo', '{}', { authorization: 'Bearer wrong', 'x-api-key': KEY }, null)).status).toBe(201);
    expect((await post('/v1/echo', '{}', { 'x-outcrop-api-key': KEY }, null)).status).toBe(201);
    // The old header name.
    expect((await post('/v1/echo', '{}', { 'x-outcrop-key': KEY }, null)).status).toBe(201);
    const both = { 'x-outcrop-api-key': KEY, 'x-outcrop-key': 'wrong' };
    expect((await post('/v1/echo', '{}', both, null)).status).toBe(201);
    const wrong = { authorization: 'Bearer wrong', 'x-api-key': 'wrong', 'x-outcrop-key': KEY };
    expect((await post('/v1/echo', '{}', wrong, null)).status).toBe(401);
  });

  it.each([
    ['missing', {}, /^You didn't provide an API key\. Send it/],
    ['not Bearer', { authorization: KEY }, /does not use Bearer auth/],
    [
      'unknown',
      { authorization: 'Bearer oc-an-attacker-guessed-this-one' },
      /^Incorrect API key provided: \*{4}-one\.$/,
    ],
    ['short', { authorization: 'Bearer hunter2' }, /^Incorrect API key provided: \*{4}\.$/],
    ['expired', { authorization: `Bearer ${OLD_KEY}` }, /has expired: \*{4}ests\.$/],
  ])('that are %s are rejected with a helpful message', async (_case, headers, message) => {
    const { status, body, headers: got } = await post('/v1/echo', '{}', headers, null);
    expect(status).toBe(401);
    expect(body.error).toEqual({
      message: expect.stringMatching(message),
      type: 'invalid_request_error',
      param: null,
      code: 'invalid_api_key',
    });
    expect(got.get('www-authenticate')).toContain('Bearer');
    const [audit] = logged().filter((line) => line.event === 'api_key_rejected');
    expect(audit).toMatchObject({ context: 'audit', log: 'audit', path: '/v1/echo', address: expect.any(String) });
    for (const line of lines) expect(line).not.toMatch(/guessed|hunter2|expired-key/);
  });

  it('in a query or an unknown path are not logged', async () => {
    // Rejected requests rejected a line limited per second; the second of earlier tests must be over.
    await sleep(1_050);
    const secret = 'sk-abcdefghijklmnop1234';
    const paths = [`/v1/echo?api_key=${secret}`, `/v1/${secret}`, `/${secret}/x?key=${secret}`, `/v1/models/${secret}`];
    for (const key of [null, KEY]) {
      for (const path of paths) expect(JSON.stringify((await ask(path, { key })).body)).not.toContain(secret);
    }
    expect(requestLines().length).toBe(8);
    for (const line of lines) expect(line).not.toContain('abcdefghijklmnop');
  });

  it('that are rejected in large numbers write ten log lines a second and a count', async () => {
    await sleep(1_050);
    lines = [];
    await Promise.all(Array.from({ length: 40 }, () => post('/v1/echo', '{}', {}, 'wrong')));
    await sleep(1_050);
    const audit = logged().filter((line) => line.event === 'api_key_rejected');
    const notWritten = notWrittenIn(audit);
    const written = audit.filter((line) => line.notWritten === undefined).length;
    // On a busy machine, the requests may need more than one second.
    expect(written + notWritten).toBe(40);
    expect(written).toBeGreaterThanOrEqual(10);
    expect(written).toBeLessThanOrEqual(20);
  });

  it('take the same time to look up among ten and among a hundred thousand', () => {
    const keysOf = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ name: `k${index}`, hash: hashOf(`oc-${index}`) }));
    const time = (count: number): number => {
      const settings = Object.assign(new GatewayConfig(), { auth: { keys: keysOf(count), revoked: [] } });
      const service = new ApiKeyService(settings);
      const rounds = Array.from({ length: 7 }, () => {
        const start = performance.now();
        for (let index = 0; index < 5_000; index += 1) service.verify(`oc-${index % 20}`);
        return performance.now() - start;
      });
      return Math.min(...rounds);
    };
    time(10);
    const few = time(10);
    // A linear search would take ten thousand times as long.
    expect(time(100_000) / few).toBeLessThan(20);
  });
});

describe('the request limit of a key', () => {
  it('is reported the headers of every response, and rejects the fourth request of three requests is rejected', async () => {
    const answers: Answer[] = [];
    for (let index = 0; index < 4; index += 1) answers.push(await post('/v1/echo', '{}', {}, SLOW_KEY));
    const header = (name: string) => answers.map(({ headers }) => headers.get(name));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 429]);
    expect(header('x-ratelimit-limit-requests')).toEqual(['3', '3', '3', '3']);
    expect(header('x-ratelimit-remaining-requests')).toEqual(['2', '1', '0', '0']);
    for (const reset of header('x-ratelimit-reset-requests')) expect(reset).toMatch(/^(\d+m)?\d+s$/);
    const refused = answers[3];
    expect(refused?.body.error).toMatchObject({ type: 'requests', code: 'rate_limit_exceeded', param: null });
    const seconds = Number(refused?.headers.get('retry-after'));
    const milliseconds = Number(refused?.headers.get('retry-after-ms'));
    expect(seconds).toBe(Math.ceil(milliseconds / 1000));
    expect(milliseconds).toBeGreaterThan(0);
    expect(milliseconds).toBeLessThanOrEqual(80_000);
    expect((await ask('/metrics')).body).toContain(
      'outcrop_rejected_requests_total{source="key",reason="requests_per_minute"} 1',
    );
  });

  it('covers all routes of a key together, and neither public routes nor other keys', async () => {
    for (let index = 0; index < 3; index += 1) {
      const { status, headers } = await ask('/health', { key: SHARED_KEY });
      expect([status, headers.has('x-ratelimit-limit-requests')]).toEqual([200, false]);
    }
    expect((await post('/v1/echo', '{}', {}, SHARED_KEY)).status).toBe(201);
    expect((await post('/v1/throw', '{"what":"bad"}', {}, SHARED_KEY)).status).toBe(400);
    const { status, headers } = await post('/v1/messages/throw', '{"what":"bad"}', {}, SHARED_KEY);
    expect(status).toBe(429);
    expect(headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(headers.get('anthropic-ratelimit-requests-limit')).toBe('2');
    expect(headers.get('anthropic-ratelimit-requests-reset')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect((await post('/v1/echo', '{}')).status).toBe(201);
  });

  it('does not apply to keys without a limit', async () => {
    const { headers } = await post('/v1/echo', '{}');
    expect(headers.has('x-ratelimit-limit-requests')).toBe(false);
  });
});

describe('errors', () => {
  it.each([
    ['gateway', 429, { message: 'No more.', type: 'tokens', param: 'model', code: 'insufficient_quota' }],
    ['bug', 500, { message: expect.stringContaining('request id'), type: 'server_error', code: 'internal_error' }],
    ['text', 500, { type: 'server_error', code: 'internal_error' }],
    ['forbidden', 403, { type: 'permission_error', code: 'permission_denied' }],
    ['nothing', 404, { message: 'No such thing.', code: 'not_found' }],
    ['bad', 400, { message: 'Not like this.', type: 'invalid_request_error', code: null }],
    ['throttler', 429, { type: 'requests', code: 'rate_limit_exceeded' }],
  ])('thrown as %s respond with %i', async (what, status, error) => {
    const answer = await post('/v1/throw', JSON.stringify({ what }));
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('x-request-id')).toBeTruthy();
    expect(Object.keys(answer.body.error).sort()).toEqual(['code', 'message', 'param', 'type']);
    expect(answer.body.error).toMatchObject(error);
    expect(JSON.stringify(answer.body)).not.toContain('Miller');
    expect(requestLines()[0]).toMatchObject({ status, errorCode: answer.body.error.code ?? 'invalid_request_error' });
  });

  it('suggest when a retry', async () => {
    const { headers } = await post('/v1/throw', '{"what":"gateway"}');
    expect(headers.get('retry-after')).toBe('2');
    expect(headers.get('retry-after-ms')).toBe('1200');
    expect(headers.get('x-should-retry')).toBe('false');
  });

  it.each(['/v1/messages/throw', '/v1/throw'])(
    "are reported to Anthropic's clients in Anthropic's format: %s",
    async (path) => {
      const { body, headers } = await post(path, '{"what":"gateway"}', { 'anthropic-version': '2023-06-01' });
      const requestId = headers.get('request-id');
      expect(requestId).toBe(headers.get('x-request-id'));
      expect(body).toEqual({
        type: 'error',
        error: { type: 'rate_limit_error', message: 'No more.' },
        request_id: requestId,
      });
    },
  );

  it('inside the gateway are logged with their stack and the request id', async () => {
    const { headers } = await post('/v1/throw', '{"what":"bug"}');
    const [line] = logged().filter((entry) => entry.level === 'error');
    expect(line).toMatchObject({ code: 'internal_error', requestId: headers.get('x-request-id') });
    expect(line?.err).toMatchObject({
      name: 'TypeError',
      stack: expect.stringContaining('request-pipeline.e2e-spec'),
    });
  });

  it.each([
    ['POST', '/v1/nowhere?key=secret', 404, 'unknown_url', null, 'Unknown request URL: POST /v1/nowhere. '],
    ['GET', '/', 404, 'unknown_url', null, 'Unknown request URL: GET /. '],
    ['GET', '/v1/echo', 405, 'method_not_allowed', 'POST', 'Not allowed to GET on /v1/echo.'],
    ['DELETE', '/v1/half', 405, 'method_not_allowed', 'GET, HEAD', 'Not allowed to DELETE'],
    ['GET', '/v1/%zz', 404, 'unknown_url', null, 'Unknown'],
  ])('for %s %s responds with %i and code %s', async (method, path, status, code, allow, message) => {
    const answer = await ask(path, { method });
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({ code, param: null, message: expect.stringContaining(message) });
    expect(answer.headers.get('allow')).toBe(allow);
    expect(lines.join('')).not.toContain('secret');
  });

  it.each([
    ['invalid JSON', '{"a": 1,, "b": 2}', {}, 400, 'invalid_json', /at line 1, column 9: /],
    ['truncated JSON', '{"a":\n{"b": 1', {}, 400, 'invalid_json', /at line 2, column 8/],
    ['a bare string', '"hello"', {}, 400, 'invalid_json', /not valid JSON/],
    ['too much', `{"a":"${'x'.repeat(2000)}"}`, {}, 413, 'request_too_large', /limit of 1000 bytes/],
    [
      'another charset',
      '{}',
      { 'content-type': 'application/json; charset=latin1' },
      415,
      'unsupported_media_type',
      /charset/,
    ],
    ['a broken content type', '{}', { 'content-type': 'application/json; charset' }, 201, undefined, /^/],
    ['another encoding', '{}', { 'content-encoding': 'lzma' }, 415, 'unsupported_media_type', /lzma/],
    ['data that is not gzip', '{}', { 'content-encoding': 'gzip' }, 400, 'invalid_body', /decompressed/],
    [
      'a form',
      'a=1',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'unsupported_media_type',
      /form-url/,
    ],
  ])('with %s in the body are answered with their own code', async (_case, text, headers, status, code, message) => {
    const answer = await post('/v1/echo', text, headers);
    expect(answer.status).toBe(status);
    expect(answer.body.error?.code).toBe(code);
    if (code) expect(answer.body.error.message).toMatch(message);
  });

  it('for a body without a content type name it, of the key check', async () => {
    const head = (key: string) =>
      `POST /v1/echo HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\nx-api-key: ${key}\r\n\r\n{}`;
    expect(await raw(head(KEY))).toMatch(/^HTTP\/1.1 415 [^]*no content-type header/);
    expect(await raw(head('wrong'))).toMatch(/^HTTP\/1.1 401 /);
  });

  it('in a started response close the connection, so that clients do not take it as complete', async () => {
    await expect(ask('/v1/half')).rejects.toThrow();
    await until(() => requestLines().length > 0);
    expect(requestLines()[0]).toMatchObject({
      status: 200,
      stream: true,
      clientDisconnected: true,
      errorCode: 'internal_error',
    });
  });

  it('after the client disconnected are neither response nor logged as errors', async () => {
    const request = httpRequest(`${base}/v1/hang`, { headers: { 'x-api-key': KEY } });
    request.on('error', () => undefined);
    request.end();
    const inFlight = 'outcrop_in_flight_requests{stream="false"} 2';
    await until(async () => String((await ask('/metrics')).body).includes(inFlight));
    request.destroy();
    await until(() => requestLines().at(-1)?.path === '/v1/hang');
    expect(requestLines().at(-1)).toMatchObject({ path: '/v1/hang', status: 499, clientDisconnected: true });
    expect(logged().filter((line) => line.level === 'error')).toEqual([]);
  });
});

describe('the access log line', () => {
  it('contains key, model, duration and usage, and no content', async () => {
    const { headers } = await post(`/v1/echo?token=${KEY}`, JSON.stringify({ text: SECRET_CONTENT }));
    expect(requestLines()).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        address: '127.0.0.1',
        msg: 'request',
        requestId: headers.get('x-request-id'),
        key: 'team',
        method: 'POST',
        path: '/v1/echo',
        status: 201,
        model: 'claude-test',
        durationMs: expect.any(Number),
        tokens: { input: 3, output: 4, cacheRead: 0, cacheWrite: 5 },
        usage: { input: 3, output: 4, cacheRead: 0, cacheWrite: 5 },
        adjusted: ['temperature'],
      },
    ]);
    expect(lines.join('')).not.toContain('Miller');
    expect(lines.join('')).not.toContain(KEY);
  });

  it('of requests without a valid key is limited to ten a second, with the number of omitted ones', async () => {
    await sleep(1_050);
    lines = [];
    const refused = [
      () => ask('/v1/echo', { key: null }),
      () => ask('/v1/echo', { key: 'wrong', method: 'POST' }),
      () => ask('/no-such-url', { key: null }),
      () => ask('/v1/echo', { key: null, method: 'DELETE' }),
      () => post('/v1/echo', 'no JSON', {}, null),
    ];
    await Promise.all(Array.from({ length: 40 }, (_, index) => refused[index % refused.length]!()));
    await post('/v1/throw', '{"what":"bad"}');
    await sleep(1_050);
    const written = requestLines().filter(({ key }) => key === undefined).length;
    const notWritten = notWrittenIn(logged().filter(({ event }) => event === 'requests_rejected'));
    expect(written + notWritten).toBe(40);
    expect(written).toBeGreaterThanOrEqual(10);
    expect(written).toBeLessThanOrEqual(20);
    expect(requestLines().filter(({ key }) => key === 'team')).toHaveLength(1);
  });

  it('is a warning for server errors and not written for probes', async () => {
    await post('/v1/throw', '{"what":"bug"}');
    await ask('/livez');
    await ask('/metrics');
    expect(requestLines().map((line) => line.level)).toEqual(['warn', 'debug', 'debug']);
  });
});

describe('application log lines', () => {
  it('contain no secrets redacted, and contain only the fields of errors that identify fields of errors', () => {
    const error = Object.assign(new Error('upstream failed', { cause: new Error('reset') }), { body: SECRET_CONTENT });
    const headers = { authorization: `Bearer ${KEY}`, 'x-api-key': KEY, accept: '*/*' };
    app.get(Logger).error({ err: error, request: { headers }, cookie: 'a=b', apiKey: KEY });
    const [line] = logged();
    expect(line?.request).toEqual({
      headers: { authorization: '[secret]', 'x-api-key': '[secret]', accept: '*/*' },
    });
    expect(line).toMatchObject({
      cookie: '[secret]',
      apiKey: '[secret]',
      err: { message: expect.stringContaining('not logged') },
    });
    expect(JSON.stringify(line)).not.toMatch(/upstream failed|reset/);
    expect(lines.join('')).not.toMatch(/Miller|oc-a-good/);
  });
});

describe('metrics', () => {
  it('require a key unless the configuration makes them public', async () => {
    expect((await ask('/metrics', { key: null })).status).toBe(401);
    config.metrics.requireKey = false;
    expect((await ask('/metrics', { key: null })).status).toBe(200);
    config.metrics.requireKey = true;
  });

  it('count requests by route, model and status, and all unknown values under one label', async () => {
    await ask('/v1/one-of-a-million-scans');
    await post('/v1/echo', '{broken');
    const { body, headers } = await ask('/metrics');
    expect(headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(body).toMatch(/outcrop_requests_total\{route="\/v1\/echo",model="claude-test",status="201"\} \d+/);
    expect(body).toMatch(/outcrop_requests_total\{route="\/v1\/echo",model="none",status="400"\} \d+/);
    expect(body).toMatch(/outcrop_requests_total\{route="unmatched",model="none",status="404"\} \d+/);
    expect(body).not.toContain('scans');
    expect(body).toMatch(/outcrop_tokens_total\{model="claude-test",kind="cache_write"\} \d+/);
    expect(body).toMatch(/outcrop_adjusted_fields_total\{field="temperature"\} \d+/);
    expect(body).toMatch(/outcrop_request_duration_seconds_count\{route="\/v1\/echo",stream="false"\} \d+/);
    expect(body).toMatch(/outcrop_build_info\{version="[\d.]+",node="[\d.]+"\} 1/);
  });
});

describe('health', () => {
  it.each(['/health', '/health/live', '/health/ready', '/health/startup', '/livez', '/readyz', '/healthz'])(
    '%s responds without a key',
    async (path) => {
      const { status, body } = await ask(path, { key: null });
      expect(status).toBe(200);
      expect(body.status).toBe('ok');
    },
  );

  it('reports the the gateway for not being ready while it stays live', async () => {
    credentials = { ok: false, reason: 'no AWS credentials found' };
    const { status, body } = await ask('/health/ready', { key: null });
    expect(status).toBe(503);
    expect(body.status).toBe('error');
    expect(body.details).toMatchObject({
      started: { status: 'up' },
      accepting: { status: 'up' },
      credentials: { status: 'down', reason: 'no AWS credentials found' },
    });
    expect((await ask('/health/live', { key: null })).status).toBe(200);
    credentials = { ok: true };
    expect((await ask('/readyz', { key: null })).status).toBe(200);
  });
});
