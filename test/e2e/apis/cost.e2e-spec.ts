import type { Bill, BillLine } from '../../../emulator/emulator.ts';
import { startGateway, until, type TestGateway } from '../../support/gateway.ts';

const HIDDEN = 'arn:aws:bedrock:us-east-1:000000000000:application-inference-profile/outcropopus';
const SETTINGS = `
models:
  custom:
    - { name: team-opus, id: "${HIDDEN}", rulesOf: claude-opus-4-8 }
    - { name: hourly-opus, id: "${HIDDEN.replace('opus', 'haiku')}", rulesOf: claude-haiku-4-5, price: 0 }
prices:
  contract: [{ models: [nova-lite], factor: 0.5 }]
guardrail: { id: gr1, version: "2" }
`;
const TEXT = 'What is the cost of this request? '.repeat(20);
const MESSAGES = [{ role: 'user', content: TEXT }];
const CONVERSE = { messages: [{ role: 'user', content: [{ text: TEXT }] }] };
const chat = (model: string, more: object = {}) => ({ model, messages: MESSAGES, max_tokens: 100, ...more });

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway(SETTINGS);
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

/** Returns the bill when it has so many lines. A line is added when the exchange closes. */
async function billOf(lines: number): Promise<Bill> {
  await until(() => gateway.emulator.bill().lines.length >= lines, 'the bill of the emulator');
  return gateway.emulator.bill();
}

/** Returns the sum of a counter in nano-USD. */
async function nanoUsd(counter: string): Promise<number> {
  const text = await (await gateway.send('/metrics')).text();
  const values = [...text.matchAll(new RegExp(`^outcrop_${counter}_usd_total\\{[^}]*\\} (\\S+)$`, 'gm'))];
  return Math.round(values.reduce((sum, [, value]) => sum + Number(value), 0) * 1e9);
}

/** Waits until the condition holds. Sending requests in it is allowed. */
async function settled(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`timed out waiting for: ${what}`);
}

const nanoOf = (usd: string | null | undefined) => Math.round(Number(usd) * 1e9);

describe('the cost of a plain answer', () => {
  it.each<[string, string, object, Partial<BillLine>]>([
    ['chat', '/v1/chat/completions', chat('claude-opus-5-5'), { model: 'anthropic.claude-opus-5-5' }],
    ['several choices', '/v1/chat/completions', chat('claude-haiku-4-5', { n: 3 }), {}],
    ['a tier', '/v1/chat/completions', chat('nova-pro', { service_tier: 'flex' }), { tier: 'flex' }],
    [
      'a rounded tier',
      '/v1/chat/completions',
      chat('mistral-large-3', { service_tier: 'priority' }),
      { tier: 'priority' },
    ],
    [
      'optimized latency',
      '/v1/chat/completions',
      chat('nova-pro', { performance_config: { latency: 'optimized' } }),
      { latency: 'optimized' },
    ],
    ['a bare id', '/v1/chat/completions', chat('deepseek-v3.2'), { modelId: 'deepseek.v3.2' }],
    ['completions', '/v1/completions', { model: 'claude-sonnet-4-6', prompt: TEXT, max_tokens: 50 }, {}],
    ['responses', '/v1/responses', { model: 'claude-sonnet-5', input: TEXT }, {}],
    ['messages to Claude', '/v1/messages', chat('claude-haiku-5-5'), { operation: 'invoke' }],
    ['messages to others', '/v1/messages', chat('nova-micro'), { operation: 'converse' }],
    ['Converse', '/model/nova-pro/converse', { ...CONVERSE, serviceTier: { type: 'priority' } }, { tier: 'priority' }],
    [
      'embeddings',
      '/v1/embeddings',
      { model: 'titan-embed-text-v2', input: [TEXT, 'second'] },
      { operation: 'invoke' },
    ],
    ['moderations', '/v1/moderations', { input: [TEXT.repeat(3), 'short'] }, { operation: 'apply-guardrail' }],
  ])('of %s is that of the bill', async (_name, path, body, expected) => {
    const before = await nanoUsd('cost');
    const response = await gateway.send(path, { body });
    await response.text();
    expect(response.status).toBe(200);
    const { lines, totalUsd } = await billOf(1);
    expect(lines[0]).toMatchObject(expected);
    expect(response.headers.get('x-outcrop-cost-usd')).toBe(totalUsd);
    expect(response.headers.get('x-outcrop-price-source')).toBeNull();
    await settled(async () => (await nanoUsd('cost')) - before === nanoOf(totalUsd), 'the metric of the cost');
  });

  it('is list price in the header and contract price in a metric', async () => {
    const before = await nanoUsd('contract_cost');
    const response = await gateway.send('/v1/chat/completions', { body: chat('nova-lite') });
    await response.text();
    const { totalUsd } = await billOf(1);
    expect(response.headers.get('x-outcrop-cost-usd')).toBe(totalUsd);
    const half = nanoOf(totalUsd) / 2;
    await settled(async () => Math.abs((await nanoUsd('contract_cost')) - before - half) <= 1, 'the contract cost');
  });

  it('is marked as an estimate if the profile is hidden', async () => {
    const response = await gateway.send('/v1/chat/completions', { body: chat('team-opus') });
    await response.text();
    const { totalUsd } = await billOf(1);
    expect(response.headers.get('x-outcrop-cost-usd')).toBe(totalUsd);
    expect(response.headers.get('x-outcrop-price-source')).toBe('unknown');
    await settled(async () => (await nanoUsd('unknown_price_cost')) === nanoOf(totalUsd), 'the estimated cost');
  });

  it('is 0 for a model that is billed by the hour', async () => {
    const response = await gateway.send('/v1/chat/completions', { body: chat('hourly-opus') });
    await response.text();
    expect([response.headers.get('x-outcrop-cost-usd'), response.headers.get('x-outcrop-price-source')]).toEqual([
      '0',
      null,
    ]);
  });
});

describe('the cost of a stream', () => {
  it.each<[string, string, object]>([
    ['chat', '/v1/chat/completions', chat('claude-opus-5-5', { stream: true })],
    ['a tier', '/v1/chat/completions', chat('nova-pro', { stream: true, service_tier: 'flex' })],
    ['responses', '/v1/responses', { model: 'claude-sonnet-5', input: TEXT, stream: true }],
    ['messages to Claude', '/v1/messages', chat('claude-haiku-5-5', { stream: true })],
    ['messages to others', '/v1/messages', chat('nova-micro', { stream: true })],
    ['ConverseStream', '/model/nova-pro/converse-stream', { ...CONVERSE, serviceTier: { type: 'priority' } }],
  ])('of %s is that of the bill', async (_name, path, body) => {
    const before = await nanoUsd('cost');
    const response = await gateway.send(path, { body });
    await response.text();
    const { totalUsd, lines } = await billOf(1);
    expect(lines).toMatchObject([{ end: 'complete' }]);
    await settled(async () => (await nanoUsd('cost')) - before === nanoOf(totalUsd), 'the metric of the cost');
  });
});

describe('the bill of the emulator', () => {
  it('contains a stream whose client has left, by another tokenizer', async () => {
    gateway.emulator.script([{ text: Array.from({ length: 200 }, (_, index) => `word${index}`).join(' ') }]);
    gateway.emulator.behave({ kind: 'pace', ms: 5 });
    const abort = new AbortController();
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-test-key', 'content-type': 'application/json' },
      body: JSON.stringify(chat('claude-sonnet-4-6', { stream: true, max_tokens: 1_000 })),
      signal: abort.signal,
    });
    const reader = response.body!.getReader();
    for (let chunks = 0; chunks < 20; chunks += 1) await reader.read();
    abort.abort();
    const { lines } = await billOf(1);
    expect(lines).toMatchObject([{ end: 'aborted', operation: 'converse-stream' }]);
    expect(lines[0]!.units['output']).toBeGreaterThan(10);
    expect(lines[0]!.units['output']).toBeLessThan(400);
  });

  it('contains no refused request and no counting of tokens, and is cleared by a reset', async () => {
    gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', times: 1 });
    await (await gateway.send('/v1/chat/completions', { body: chat('claude-sonnet-4-6') })).text();
    await (await gateway.send('/v1/messages/count_tokens', { body: chat('claude-sonnet-4-6') })).text();
    await (await gateway.send('/v1/chat/completions', { body: chat('claude-sonnet-4-6') })).text();
    expect((await billOf(1)).lines).toHaveLength(1);
    gateway.emulator.reset();
    expect(gateway.emulator.bill()).toEqual({ lines: [], totalUsd: '0', droppedLines: 0 });
  });

  it('is served to other processes', async () => {
    await (await gateway.send('/v1/chat/completions', { body: chat('claude-sonnet-4-6') })).text();
    await billOf(1);
    const bill = (await (await fetch(`${gateway.emulator.url}/__emulator/bill`)).json()) as Bill;
    expect(bill).toMatchObject({ lines: [{ region: 'us-east-1', tier: 'default', end: 'complete' }], droppedLines: 0 });
    expect(bill.lines[0]!.usd).toBe(bill.totalUsd);
  });
});
