import { until } from '../../support/gateway.ts';
import { bothBills, countedNano, totalNano } from './compared-with-bill.ts';
import { type RecordedGateway, startRecordedGateway } from './recorded-rows.ts';

/** Requests whose answers do not arrive: AWS bills them, and the gateway estimates them. */

const HAIKU = 'claude-haiku-4-5';
const HAIKU_ID = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
const TEXT = 'Tell me about tokens, and what they cost. '.repeat(30);
const MESSAGES = [{ role: 'user', content: TEXT }];
const LONG_TEXT = Array.from({ length: 200 }, (_, index) => `word${index}`).join(' ');
const CONVERSE = { messages: [{ role: 'user', content: [{ text: TEXT }] }], inferenceConfig: { maxTokens: 200 } };
const INVOKE = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 200, messages: MESSAGES };
const chat = (more: object = {}) => ({ model: HAIKU, messages: MESSAGES, max_tokens: 200, ...more });

type Endpoint = [name: string, path: string, body: object];
const PLAIN: Endpoint[] = [
  ['chat', '/v1/chat/completions', chat()],
  ['chat with two choices', '/v1/chat/completions', chat({ n: 2 })],
  ['completions', '/v1/completions', { model: HAIKU, prompt: TEXT, max_tokens: 200 }],
  ['responses', '/v1/responses', { model: HAIKU, input: TEXT, max_output_tokens: 200 }],
  ['messages to Claude', '/v1/messages', chat()],
  ['messages to another model', '/v1/messages', chat({ model: 'nova-lite' })],
  ['embeddings', '/v1/embeddings', { model: 'titan-embed-text-v2', input: TEXT }],
  ['converse', `/model/${HAIKU_ID}/converse`, CONVERSE],
  ['invoke', `/model/${HAIKU_ID}/invoke`, INVOKE],
];
const STREAMED: Endpoint[] = [
  ['chat', '/v1/chat/completions', chat({ stream: true })],
  ['chat with two choices', '/v1/chat/completions', chat({ stream: true, n: 2 })],
  ['completions', '/v1/completions', { model: HAIKU, prompt: TEXT, max_tokens: 200, stream: true }],
  ['responses', '/v1/responses', { model: HAIKU, input: TEXT, stream: true }],
  ['messages to Claude', '/v1/messages', chat({ stream: true })],
  ['messages to another model', '/v1/messages', chat({ stream: true, model: 'nova-lite' })],
  ['converse-stream', `/model/${HAIKU_ID}/converse-stream`, CONVERSE],
  ['invoke-with-response-stream', `/model/${HAIKU_ID}/invoke-with-response-stream`, INVOKE],
];

/** Largest ratio of an estimate and the bill, in both directions. Their tokenizers differ on purpose. */
const BOUND = 3;

let gateway: RecordedGateway;
beforeEach(async () => {
  gateway = await startRecordedGateway('retry: { maxRetries: 0 }');
});
afterEach(() => gateway.close());

/** Sends a request and disconnects when `condition` holds. */
async function disconnect([, path, body]: Endpoint, condition: (text: string) => boolean): Promise<void> {
  const abort = new AbortController();
  const { url } = gateway;
  const sent = fetch(url + path, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-test-key', 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: abort.signal,
  });
  const read = async (): Promise<void> => {
    let text = '';
    for await (const part of (await sent).body!) {
      text += Buffer.from(part).toString('latin1');
      if (condition(text)) abort.abort();
    }
  };
  const reading = read().catch(() => undefined);
  if (condition('')) {
    await until(() => gateway.emulator.requests.length > 0, 'the upstream request');
    abort.abort();
  }
  await reading;
}

async function expectEstimates(lines: number) {
  const bills = await bothBills(gateway, 1);
  expect(bills.counted).toEqual([]);
  expect([bills.estimated.length, bills.incomplete.length]).toEqual([lines, lines]);
  const [estimated, billed] = [Number(totalNano(bills.estimated)), Number(totalNano(bills.incomplete))];
  expect(estimated).toBeGreaterThan(0);
  expect(await countedNano(gateway, 'cost')).toBe(BigInt(estimated));
  return { ...bills, ratio: estimated / billed };
}

describe.each(PLAIN)('a plain request whose client disconnects: %s', (...endpoint) => {
  it('settles an estimate of its prompt and of the expected output', async () => {
    const lines = endpoint[0].includes('two') ? 2 : 1;
    gateway.emulator.script([{ text: LONG_TEXT.slice(0, 400), times: 4 }]);
    gateway.emulator.behave({ kind: 'slow', ms: 300 });
    await disconnect(endpoint, () => true);
    const { ratio, rows } = await expectEstimates(lines);
    expect(rows).toEqual([
      expect.objectContaining({
        status: 'canceled',
        httpStatus: 499,
        isEstimated: true,
        modelAnswering: expect.any(String),
      }),
    ]);
    expect(ratio).toBeGreaterThan(1 / BOUND);
    expect(ratio).toBeLessThan(BOUND);
  });
});

describe.each(STREAMED)('a stream whose client disconnects: %s', (...endpoint) => {
  it('settles an estimate of what was sent', async () => {
    const lines = endpoint[0].includes('two') ? 2 : 1;
    gateway.emulator.script([{ text: LONG_TEXT, times: 2 }]);
    gateway.emulator.behave({ kind: 'pace', ms: 5 });
    await disconnect(endpoint, (text) => text.length > 3_000);
    const { ratio, rows } = await expectEstimates(lines);
    expect(rows).toEqual([expect.objectContaining({ status: 'canceled', httpStatus: 200, isEstimated: true })]);
    expect(ratio).toBeGreaterThan(1 / BOUND);
    expect(ratio).toBeLessThan(BOUND);
  });
});

it('a request that Bedrock rejects costs nothing', async () => {
  gateway.emulator.behave({ kind: 'throttle' });
  const response = await gateway.send('/v1/chat/completions', { body: chat() });
  await response.text();
  expect(await gateway.rowOf(response)).toMatchObject({
    status: 'failed',
    lines: [],
    errorCode: 'rate_limit_exceeded',
  });
});

it('an answer that exceeds a time limit of the gateway is estimated, and the retry is counted', async () => {
  await gateway.close();
  gateway = await startRecordedGateway('bedrock: { timeouts: { firstEventMs: 200 } }');
  gateway.emulator.behave({ kind: 'slow', ms: 1_000, times: 1 });
  const response = await gateway.send('/v1/chat/completions', { body: chat() });
  await response.text();
  const row = await gateway.rowOf(response);
  expect(row).toMatchObject({ status: 'succeeded', retries: 1, isEstimated: true });
  expect(row.lines.map(({ isEstimated }) => isEstimated)).toEqual([true, false]);
  const { counted, complete } = await bothBills(gateway, 1);
  expect(counted).toEqual(complete);
  expect(await countedNano(gateway, 'cost')).toBe(BigInt(row.listCostNano));
});

it('streams that have begun for a request that fails are estimated', async () => {
  gateway.emulator.behave({ kind: 'refuse', name: 'ServiceUnavailableException', status: 503, times: 1 });
  gateway.emulator.behave({ kind: 'slow', ms: 200, before: 'headers', times: 1 });
  gateway.emulator.behave({ kind: 'pace', ms: 20 });
  const response = await gateway.send('/v1/chat/completions', { body: chat({ stream: true, n: 3 }) });
  await response.text();
  const row = await gateway.rowOf(response);
  expect(row).toMatchObject({ status: 'failed', isEstimated: true });
  expect(row.lines).toHaveLength(2);
  const { estimated, incomplete } = await bothBills(gateway, 1);
  expect(estimated.map(({ requestId }) => requestId)).toEqual(incomplete.map(({ requestId }) => requestId));
});

it('the expected output is learned for each key and model', async () => {
  gateway.emulator.script([{ text: 'Yes.', usage: { input: 300, output: 2 }, times: 20 }]);
  for (let sent = 0; sent < 20; sent += 1) {
    await (await gateway.send('/v1/chat/completions', { body: chat() })).text();
  }
  gateway.emulator.behave({ kind: 'slow', ms: 300 });
  const before = gateway.emulator.requests.length;
  const abort = new AbortController();
  const sent = gateway.client.chat.completions.create(chat() as never, { signal: abort.signal });
  await until(() => gateway.emulator.requests.length > before, 'the upstream request');
  abort.abort();
  await sent.catch(() => undefined);
  await until(() => gateway.rows.length === 21, 'the row');
  const { units } = gateway.rows.at(-1)!.lines[0]!;
  expect(units.find(({ kind }) => kind === 'output')!.count).toBe(2);
});

it.each([false, true])('a page of a proxy in place of an answer costs nothing (streamed: %s)', async (stream) => {
  gateway.emulator.behave({ kind: 'reply', body: '<html></html>' });
  const response = await gateway.send('/v1/chat/completions', { body: chat({ stream }) });
  await response.text();
  expect(await gateway.rowOf(response)).toMatchObject({ status: 'failed', lines: [], listCostNano: 0 });
});

it('a stream that breaks before its first text costs its prompt', async () => {
  gateway.emulator.behave({ kind: 'truncate', afterDeltas: 0 });
  const response = await gateway.send('/v1/chat/completions', { body: chat({ stream: true }) });
  await response.text();
  const row = await gateway.rowOf(response);
  expect(row.lines).toEqual([
    expect.objectContaining({ isEstimated: true, units: [expect.objectContaining({ kind: 'input' })] }),
  ]);
  const { estimated, incomplete } = await bothBills(gateway, 1);
  expect(estimated.map(({ requestId }) => requestId)).toEqual(incomplete.map(({ requestId }) => requestId));
});

it('a moderation whose client disconnects settles the units of the policies of the guardrail', async () => {
  await gateway.close();
  gateway = await startRecordedGateway("guardrail: { id: gr1, version: '1' }");
  await (await gateway.send('/v1/moderations', { body: { input: 'Hello' } })).text();
  gateway.emulator.reset();
  gateway.emulator.behave({ kind: 'slow', ms: 300, before: 'headers' });
  await disconnect(['moderations', '/v1/moderations', { input: 'x'.repeat(2_500) }], () => true);
  await until(() => gateway.rows.length === 2, 'the row');
  const { lines, isEstimated, status } = gateway.rows[1]!;
  expect([status, isEstimated, lines.length]).toEqual(['canceled', true, 1]);
  const units = lines[0]!.units.map(({ kind, count }) => [kind, count]);
  expect(units).toEqual([
    ['contentPolicyUnits', 3],
    ['wordPolicyUnits', 3],
  ]);
});
