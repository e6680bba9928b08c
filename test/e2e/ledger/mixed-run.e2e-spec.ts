import { CONVERSE } from '../../support/model-endpoints.ts';
import { bothBills, countedNano, totalNano } from './compared-with-bill.ts';
import { type RecordedGateway, startRecordedGateway } from './recorded-rows.ts';

/** The rows of a run over all endpoints, compared with the bill that the emulator writes with its own prices. */

const HAIKU = 'claude-haiku-4-5';
const HAIKU_ID = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
const SONNET = 'claude-sonnet-4-6';
const TEXT = 'What does this request cost? '.repeat(30);
const MESSAGES = [{ role: 'user', content: TEXT }];
const INVOKE = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 60, messages: MESSAGES };
const SCHEMA = { type: 'object', properties: { stars: { type: 'integer' } }, required: ['stars'] };
const SETTINGS = `
bedrock: { targets: [{ region: us-east-1 }, { region: us-west-2 }] }
models: { routes: [{ model: ${SONNET}, fallbacks: [${HAIKU}] }] }
answerCache: { enabled: true }
streaming: { maxContinuations: 2 }
guardrail: { id: gr1, version: '1' }
responses: { store: memory }
prices: { contract: [{ models: ["nova-*"], factor: 0.5 }] }
`;

type Call = [path: string, body: object, headers?: Record<string, string>];

const chat = (model: string, more: object = {}): Call => [
  '/v1/chat/completions',
  { model, messages: MESSAGES, max_tokens: 60, ...more },
];
const CALLS: readonly Call[] = [
  chat(HAIKU),
  chat(HAIKU, { n: 3 }),
  chat(HAIKU, { n: 3, stream: true }),
  chat('nova-pro', { service_tier: 'flex' }),
  chat('nova-lite', { stream: true, n: 2 }),
  chat('claude-opus-5-5', { stream: true }),
  ['/v1/completions', { model: 'nova-micro', prompt: [TEXT, 'More.'], max_tokens: 20, n: 2 }],
  ['/v1/completions', { model: HAIKU, prompt: TEXT, max_tokens: 20, stream: true }],
  ['/v1/responses', { model: HAIKU, input: TEXT }],
  ['/v1/responses', { model: HAIKU, input: TEXT, stream: true }],
  ['/v1/responses', { model: 'nova-lite', input: TEXT, background: true }],
  ['/v1/responses/compact', { model: HAIKU, input: TEXT }],
  ['/v1/responses/input_tokens', { model: HAIKU, input: TEXT }],
  ['/v1/messages', { model: SONNET, messages: MESSAGES, max_tokens: 40 }],
  ['/v1/messages', { model: SONNET, messages: MESSAGES, max_tokens: 40, stream: true }],
  ['/v1/messages', { model: 'nova-lite', messages: MESSAGES, max_tokens: 40, stream: true }],
  ['/v1/messages/count_tokens', { model: SONNET, messages: MESSAGES }],
  ['/v1/embeddings', { model: 'titan-embed-text-v2', input: [TEXT, 'two', 'three'] }],
  ['/v1/embeddings', { model: 'cohere-embed-v4', input: [TEXT, 'two'] }],
  ['/v1/moderations', { input: [TEXT, 'Hello [violence]'] }],
  [`/model/${HAIKU_ID}/converse`, CONVERSE],
  [`/model/${HAIKU_ID}/converse-stream`, CONVERSE],
  [`/model/${HAIKU_ID}/invoke`, INVOKE],
  [`/model/${HAIKU_ID}/invoke-with-response-stream`, INVOKE],
  [`/model/${HAIKU_ID}/count-tokens`, { input: { converse: CONVERSE } }],
];

let gateway: RecordedGateway;
beforeEach(async () => {
  gateway = await startRecordedGateway(SETTINGS);
});
afterEach(() => gateway.close());

async function send([path, body, headers]: Call): Promise<Response> {
  const response = await gateway.send(path, { body, headers });
  await response.text();
  return response;
}

/** Expects that each call of the bill is a line with equal units and costs, and that metrics and rows have the same sum. */
async function expectEqualBills(rows: number) {
  const bills = await bothBills(gateway, rows);
  expect(bills.counted).toEqual(bills.complete);
  const rowSum = bills.rows.reduce((sum, row) => sum + BigInt(row.listCostNano), 0n);
  expect(rowSum).toBe(totalNano(bills.counted) + totalNano(bills.estimated));
  expect(await countedNano(gateway, 'cost')).toBe(rowSum);
  return bills;
}

it('a run over all endpoints costs what the bill contains', async () => {
  for (const call of CALLS) expect([call[0], call[1], (await send(call)).status]).toEqual([call[0], call[1], 200]);
  const { counted, estimated, incomplete, rows } = await expectEqualBills(CALLS.length);
  expect(counted.length).toBeGreaterThan(CALLS.length);
  expect([estimated, incomplete]).toEqual([[], []]);
  expect(rows).toHaveLength(CALLS.length);
  const contract = rows.reduce((sum, { contractCostNano }) => sum + BigInt(contractCostNano), 0n);
  expect(contract).toBeLessThan(totalNano(counted));
  expect(rows.filter(({ priceSource }) => priceSource === 'contract')).toHaveLength(5);
});

it('retries cost what the bill contains', async () => {
  for (const stream of [false, true]) {
    gateway.emulator.behave({ kind: 'throttle', times: 3, match: 'haiku' });
    const row = await gateway.rowOf(await send(chat(HAIKU, { n: 2, stream })));
    expect(row).toMatchObject({ status: 'succeeded', isEstimated: false });
    expect(row.lines).toHaveLength(2);
    expect(row.retries + (row.explain.failovers ?? []).length).toBeGreaterThan(0);
  }
  const { estimated, incomplete } = await expectEqualBills(2);
  expect([estimated, incomplete]).toEqual([[], []]);
});

it('fallback models cost what the bill contains', async () => {
  gateway.emulator.behave({ kind: 'refuse', name: 'InternalServerException', status: 500, match: 'sonnet' });
  for (const stream of [false, true]) {
    const row = await gateway.rowOf(await send(chat(SONNET, { stream })));
    expect(row).toMatchObject({ status: 'succeeded', modelAsked: SONNET, modelAnswering: HAIKU });
    expect(row.fallback).toEqual([expect.stringContaining(`${SONNET}=`)]);
    expect(row.lines.map(({ model }) => model)).toEqual([HAIKU]);
  }
  const { estimated, incomplete } = await expectEqualBills(2);
  expect([estimated, incomplete]).toEqual([[], []]);
});

it('a structured answer that is requested again costs both answers', async () => {
  gateway.emulator.script([{ text: 'Nine stars.', usage: { input: 20, output: 5 } }]);
  const format = { type: 'json_schema', json_schema: { name: 'r', schema: SCHEMA } };
  const response = await send(chat('nova-pro', { response_format: format }));
  const row = await gateway.rowOf(response);
  expect(row.lines).toHaveLength(2);
  await expectEqualBills(1);
});

it('an answer from the cache costs nothing, and states what it saved', async () => {
  const asked = chat(HAIKU, { n: 2 });
  const first = await gateway.rowOf(await send([asked[0], asked[1], { 'x-outcrop-cache': 'use' }]));
  const second = await gateway.rowOf(await send([asked[0], asked[1], { 'x-outcrop-cache': 'use' }]));
  expect(first).toMatchObject({ cache: 'miss', isEstimated: false });
  expect(first.savedNano).toBeUndefined();
  expect(second).toMatchObject({ cache: 'hit', listCostNano: 0, lines: [], modelAnswering: HAIKU });
  expect(second.usage).toEqual({ input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0 });
  expect(second.savedNano).toBe(first.listCostNano);
  await expectEqualBills(2);
});

describe('an answer that other targets continue', () => {
  const begun = (text: string) => ({
    events: [{ messageStart: { role: 'assistant' } }, { contentBlockDelta: { contentBlockIndex: 0, delta: { text } } }],
  });
  const end = {
    events: [
      ...begun('The end.').events,
      { contentBlockStop: { contentBlockIndex: 0 } },
      { messageStop: { stopReason: 'end_turn' } },
      { metadata: { usage: { inputTokens: 310, outputTokens: 5, totalTokens: 315 }, metrics: { latencyMs: 1 } } },
    ],
  };

  beforeEach(async () => {
    await gateway.close();
    // A guardrail would check the same text twice, so the gateway continues only answers without one.
    gateway = await startRecordedGateway(SETTINGS.replace(/^guardrail.*$/m, ''));
  });

  it.each([1, 2])('has a line for each stream, at its own target (%i continuations)', async (continuations) => {
    const beginnings = [begun('Once upon a time '), begun('there was a gateway. ')].slice(0, continuations);
    gateway.emulator.script([...beginnings, end]);
    const row = await gateway.rowOf(await send(chat(HAIKU, { stream: true, max_tokens: 500 })));
    const { counted, complete, estimated, incomplete } = await expectEqualBills(1);
    expect(counted.map(({ units }) => units)).toEqual([{ input: 310, output: 5 }]);
    expect([counted.length, complete.length]).toEqual([1, 1]);
    expect(estimated.map(({ requestId }) => requestId)).toEqual(incomplete.map(({ requestId }) => requestId));
    expect(estimated).toHaveLength(continuations);
    expect(new Set(row.lines.map(({ region }) => region)).size).toBe(2);
    expect(row.isEstimated).toBe(true);
    expect(row.explain.continued).toHaveLength(continuations);
    // Each stream has the whole prompt, and the text of those before it.
    const prompts = row.lines.map(({ units }) => units.find(({ kind }) => kind === 'input')!.count);
    expect(Math.min(...prompts)).toBeGreaterThan(200);
  });
});
