import { jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type Emulator, startEmulator } from '../../../emulator/emulator.ts';
import { startGateway, type TestGateway, until } from '../../support/gateway.ts';
import { type ServiceQuotasServer, startServiceQuotas } from '../../support/service-quotas.ts';

const MODEL = 'claude-sonnet-4-6';
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];
const BUCKET = 'us-east-1/geo/claude-sonnet-4-6/tokensPerMinute';

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

let gateway: TestGateway;
afterEach(() => gateway.close());

function quotas(settings: string): string {
  return `bedrock: { quotas: { ${settings} } }\nretry: { maxRetries: 2 }`;
}

const limit = (tokensPerMinute: number, more = '') =>
  `limits: [{model: ${MODEL}, tokensPerMinute: ${tokensPerMinute}}]${more}`;

function ask(body: object = {}): Promise<Response> {
  return gateway.send('/v1/chat/completions', { body: { model: MODEL, messages: MESSAGES, ...body } });
}

/** Sends thirty requests at once, every other one streamed, against a bucket of 60,000 tokens that holds seven. */
async function rush(): Promise<{ answered: number; throttles: number }> {
  gateway.emulator.behave({ kind: 'quota', tokensPerMinute: 60_000 });
  gateway.emulator.behave({ kind: 'slow', ms: 700 });
  const sending = Array.from({ length: 30 }, (_, index) => ask({ max_tokens: 8_000, stream: index % 2 === 0 }));
  const texts = await Promise.all(sending.map(async (answer) => (await answer).text()));
  return {
    answered: texts.filter((text) => text.includes('emulator')).length,
    throttles: gateway.emulator.stats().byStatus['429'] ?? 0,
  };
}

const metric = async (line: RegExp): Promise<string | undefined> =>
  line.exec(await (await gateway.send('/metrics')).text())?.[1];

describe('thirty requests at a quota that holds seven of them', () => {
  it('are throttled dozens of times, and some of them fail, without buckets', async () => {
    gateway = await startGateway('retry: { maxRetries: 2 }');
    const { answered, throttles } = await rush();
    expect(throttles).toBeGreaterThan(20);
    expect(answered).toBeLessThan(30);
  });

  it('all succeed without any throttling if the quota is known', async () => {
    gateway = await startGateway(quotas(limit(60_000)));
    const { answered, throttles } = await rush();
    expect(throttles).toBe(0);
    expect(answered).toBe(30);
    expect(Number(await metric(/outcrop_quota_rejections_total\{bucket="us-east-1\/geo[^}]*\} (\d+)/))).toBeGreaterThan(
      10,
    );
    expect(Number(await metric(/outcrop_quota_wait_seconds_count\{outcome="admitted"\} (\d+)/))).toBeGreaterThan(10);
    // These waits count for the quota, not for the gateway.
    expect(Number(await metric(/outcrop_added_first_event_seconds_count\{source="quota"\} (\d+)/))).toBeGreaterThan(10);
    expect(await metric(/outcrop_quota_unexpected_throttles_total\{[^}]*\} (\d+)/)).toBeUndefined();
  });

  it('succeed with some throttling if AWS grants less than is configured', async () => {
    gateway = await startGateway(quotas(limit(90_000)).replace('maxRetries: 2', 'maxRetries: 90'));
    const { answered, throttles } = await rush();
    expect(throttles).toBeGreaterThan(0);
    expect(answered).toBe(30);
    expect(Number(await metric(/outcrop_quota_unexpected_throttles_total\{[^}]*\} (\d+)/))).toBe(throttles);
  });
});

/** Resolves when the first request has debited its part of the quota. */
const taken = () => until(() => gateway.emulator.requests.length === 1, 'the request to arrive');

describe('a request that exceeds the remaining quota', () => {
  it('is rejected after its wait with the bucket and a retry-after, without a call of Bedrock', async () => {
    gateway = await startGateway(quotas(limit(10_000, ', maxWaitMs: 50')));
    gateway.emulator.behave({ kind: 'slow', ms: 2_000 });
    const running = ask({ max_tokens: 9_000 });
    await taken();
    const refused = await ask({ max_tokens: 9_000 });
    expect(refused.status).toBe(429);
    const { error } = (await refused.json()) as Loose;
    expect(error).toMatchObject({ type: 'tokens', code: 'rate_limit_exceeded', param: null });
    expect(error.message).toContain(`The quota of Bedrock ${BUCKET} is exhausted: tokens per minute, limit 10000.`);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(30);
    expect(seconds).toBeLessThan(60);
    expect(refused.headers.get('x-should-retry')).toBeNull();
    await running;
    expect(gateway.emulator.stats().byOperation).toEqual({ converse: 1 });
    expect(await metric(/outcrop_rejected_requests_total\{source="quota",reason="quota_exhausted"\} (\d+)/)).toBe('1');
    expect(await metric(/outcrop_retries_total\{[^}]*\} (\d+)/)).toBeUndefined();
  });

  it('has no status while it waits if it is streamed, and is answered in its turn', async () => {
    gateway = await startGateway(`${quotas(limit(10_000))}\nstreaming: { keepAliveSeconds: 1 }`);
    gateway.emulator.behave({ kind: 'slow', ms: 1_500, times: 1 });
    const running = ask({ max_tokens: 9_000 });
    await taken();
    const waiting = await ask({ max_tokens: 9_000, stream: true });
    const text = await waiting.text();
    await running;
    expect(waiting.status).toBe(200);
    expect(text.startsWith('data: ')).toBe(true);
    expect(text).toContain('[DONE]');
    expect(gateway.emulator.stats().byStatus).toEqual({ '200': 2 });
  });

  it('leaves the queue when the client disconnects', async () => {
    gateway = await startGateway(quotas(limit(10_000)));
    gateway.emulator.behave({ kind: 'slow', ms: 2_000, times: 1 });
    const running = ask({ max_tokens: 9_000 });
    await taken();
    const client = new AbortController();
    const url = `${gateway.url}/v1/chat/completions`;
    const headers = { authorization: 'Bearer sk-test-key', 'content-type': 'application/json' };
    const body = JSON.stringify({ model: MODEL, messages: MESSAGES, max_tokens: 9_000 });
    const leaving = fetch(url, { method: 'POST', headers, body, signal: client.signal }).catch(() => 'gone');
    await sleep(500);
    client.abort();
    expect(await leaving).toBe('gone');
    await running;
    expect((await ask({ max_tokens: 9_000 })).status).toBe(200);
    expect(gateway.emulator.stats().requests).toBe(2);
    expect(await metric(/outcrop_quota_wait_seconds_count\{outcome="client_disconnected"\} (\d+)/)).toBe('1');
  });

  it('uses another target at once, if there is one', async () => {
    const second: Emulator = await startEmulator({ paceMs: 0 });
    const settings = `
bedrock:
  targets: [{region: us-east-1}, {region: eu-central-1, endpoint: "${second.url}"}]
  quotas: { limits: [{model: ${MODEL}, tokensPerMinute: 10000}] }`;
    gateway = await startGateway(settings);
    gateway.emulator.behave({ kind: 'slow', ms: 1_500 });
    second.behave({ kind: 'slow', ms: 1_500 });
    const answers = await Promise.all([0, 1].map(() => ask({ max_tokens: 9_000 })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect([gateway.emulator.requests.length, second.requests.length]).toEqual([1, 1]);
    await second.close();
  });
});

describe('an answer', () => {
  it('reports the remaining tokens, with the remaining requests of its key', async () => {
    gateway = await startGateway(`${quotas(limit(100_000))}\nlimits: { requestsPerMinute: 50 }`);
    for (const stream of [false, true]) {
      const answer = await ask({ max_tokens: 4_000, stream });
      await answer.text();
      expect(answer.headers.get('x-ratelimit-limit-tokens')).toBe('100000');
      expect(Number(answer.headers.get('x-ratelimit-remaining-tokens'))).toBeGreaterThan(95_000);
      expect(Number(answer.headers.get('x-ratelimit-remaining-tokens'))).toBeLessThanOrEqual(96_000);
      expect(answer.headers.get('x-ratelimit-reset-tokens')).toMatch(/^[23]s$/);
      expect(answer.headers.get('x-ratelimit-limit-requests')).toBe('50');
    }
  });

  it('reports no tokens if no quota is known', async () => {
    gateway = await startGateway();
    const answer = await ask();
    expect(answer.headers.get('x-ratelimit-limit-tokens')).toBeNull();
    expect(await metric(/(outcrop_quota_[a-z_]+)\{/)).toBeUndefined();
  });

  it('that broke off is settled by the usage seen; without an answer the reservation is kept', async () => {
    gateway = await startGateway(quotas(limit(100_000)).replace('maxRetries: 2', 'maxRetries: 0'));
    const remaining = async (): Promise<number> =>
      Number((await ask({ max_tokens: 1_000 })).headers.get('x-ratelimit-remaining-tokens'));
    gateway.emulator.behave({ kind: 'cut', afterDeltas: 1, times: 1 });
    await (await ask({ max_tokens: 50_000, stream: true })).text();
    expect(await remaining()).toBeGreaterThan(95_000);
    // A request that Bedrock rejected explicitly uses no quota.
    gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', times: 1 });
    expect((await ask({ max_tokens: 40_000 })).status).toBe(400);
    expect(await remaining()).toBeGreaterThan(95_000);
    gateway.emulator.behave({ kind: 'cut', times: 1 });
    expect((await ask({ max_tokens: 40_000 })).status).toBe(502);
    const left = await remaining();
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThan(75_000);
  });
});

describe('quotas from Service Quotas', () => {
  const before = process.env.AWS_ENDPOINT_URL_SERVICE_QUOTAS;
  let server: ServiceQuotasServer;
  beforeEach(async () => {
    server = await startServiceQuotas();
    process.env.AWS_ENDPOINT_URL_SERVICE_QUOTAS = server.url;
  });
  afterEach(async () => {
    if (before === undefined) delete process.env.AWS_ENDPOINT_URL_SERVICE_QUOTAS;
    else process.env.AWS_ENDPOINT_URL_SERVICE_QUOTAS = before;
    await server.close();
  });

  const limitOf = async (model: string): Promise<string | null> =>
    (await ask({ model, max_tokens: 10 })).headers.get('x-ratelimit-limit-tokens');

  async function eventually(condition: () => Promise<boolean>, what: string): Promise<void> {
    for (let attempt = 0; attempt < 160; attempt += 1) {
      if (await condition()) return;
      await sleep(50);
    }
    throw new Error(`timed out waiting for: ${what}`);
  }

  it('are requested by page and region, fill what the settings leave open, and apply only to their profiles', async () => {
    server.quotas = [
      ['Batch inference job size (in GB) for Claude Opus 5', 5],
      ['Cross-region model inference tokens per minute for Anthropic Claude Haiku 4.5', 70_000],
      ['On-demand model inference tokens per minute for Anthropic Claude Opus 5', 1],
      ['Global cross-region model inference tokens per minute for Anthropic Claude Opus 5', 2],
      ['Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.6', 90_000],
    ];
    gateway = await startGateway(`
bedrock:
  quotas: { discovery: { enabled: true }, limits: [{model: ${MODEL}, tokensPerMinute: 55555}] }
models: { routes: [{model: claude-opus-4-6, targets: [{region: us-west-2}]}] }`);
    await eventually(async () => (await limitOf('claude-haiku-4-5')) === '70000', 'the quota of Haiku');
    expect(await limitOf(MODEL)).toBe('55555');
    expect(await limitOf('claude-opus-5')).toBeNull();
    expect(new Set(server.received.map(({ region }) => region))).toEqual(new Set(['us-east-1', 'us-west-2']));
    expect(server.received[0]).toMatchObject({ signedBy: 'emulator', body: { ServiceCode: 'bedrock' } });
    expect(server.received.filter(({ region }) => region === 'us-east-1')).toHaveLength(3);
  });

  it('that are not available cause a warning, and are requested again', async () => {
    const warnings: unknown[] = [];
    const spy = jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void warnings.push(line));
    server.denies = true;
    server.quotas = [['Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.6', 90_000]];
    gateway = await startGateway('bedrock: { quotas: { discovery: { enabled: true } } }');
    await eventually(async () => Promise.resolve(warnings.length > 0), 'the warning');
    spy.mockRestore();
    expect(warnings).toEqual([
      expect.objectContaining({
        event: 'quota_discovery_failed',
        source: 'us-east-1',
        reason: expect.stringContaining('AccessDenied'),
      }),
    ]);
    expect(await limitOf(MODEL)).toBeNull();
    server.denies = false;
    await eventually(async () => (await limitOf(MODEL)) === '90000', 'the quota after all');
  });
});
