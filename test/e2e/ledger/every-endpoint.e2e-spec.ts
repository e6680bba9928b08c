import type { LedgerRow } from '../../../src/ledger/rows/ledger-row.ts';
import { adminSettings } from '../admin/admin-gateway.ts';
import { KEY, until } from '../../support/gateway.ts';
import { CONVERSE } from '../../support/model-endpoints.ts';
import { type RecordedGateway, startRecordedGateway } from './recorded-rows.ts';

const MODEL = 'claude-haiku-4-5';
const ID = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
const MESSAGES = [{ role: 'user', content: 'Hello' }];
const INVOKE = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 16, messages: MESSAGES };
const SETTINGS = `
guardrail: { id: gr1, version: '1' }
responses: { store: memory }
`;

interface Expected {
  body?: object;
  path?: string;
  /** Number of lines. */
  lines: number;
}

/** Every POST route of the router, with a request, and what its row contains. A new route must be added. */
const ROUTES: Readonly<Record<string, Expected>> = {
  '/v1/chat/completions': { body: { model: MODEL, messages: MESSAGES }, lines: 1 },
  '/v1/completions': { body: { model: MODEL, prompt: 'Hello' }, lines: 1 },
  '/v1/responses': { body: { model: MODEL, input: 'Hello' }, lines: 1 },
  '/v1/responses/input_tokens': { body: { model: MODEL, input: 'Hello' }, lines: 0 },
  '/v1/responses/compact': { body: { model: MODEL, input: 'Hello' }, lines: 1 },
  '/v1/responses/:id/cancel': { path: '/v1/responses/resp_none/cancel', body: {}, lines: 0 },
  '/v1/messages': { body: { model: MODEL, messages: MESSAGES, max_tokens: 16 }, lines: 1 },
  '/v1/messages/count_tokens': { body: { model: MODEL, messages: MESSAGES }, lines: 0 },
  '/v1/embeddings': { body: { model: 'titan-embed-text-v2', input: 'Hello' }, lines: 1 },
  '/v1/moderations': { body: { input: 'Hello [violence]' }, lines: 1 },
  '/model/:id/converse': { path: `/model/${ID}/converse`, body: CONVERSE, lines: 1 },
  '/model/:id/converse-stream': { path: `/model/${ID}/converse-stream`, body: CONVERSE, lines: 1 },
  '/model/:id/invoke': { path: `/model/${ID}/invoke`, body: INVOKE, lines: 1 },
  '/model/:id/invoke-with-response-stream': {
    path: `/model/${ID}/invoke-with-response-stream`,
    body: INVOKE,
    lines: 1,
  },
  '/model/:id/count-tokens': {
    path: `/model/${ID}/count-tokens`,
    body: { input: { converse: CONVERSE } },
    lines: 0,
  },
};

let gateway: RecordedGateway;
beforeAll(async () => {
  gateway = await startRecordedGateway(adminSettings('', SETTINGS));
});
afterAll(() => gateway.close());

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

function postRoutes(): string[] {
  const { router } = gateway.app.getHttpAdapter().getInstance() as unknown as { router: { stack: Layer[] } };
  return router.stack.flatMap(({ route }) => (route?.methods['post'] ? [route.path] : []));
}

async function rowAfter(path: string, body: object | undefined, headers?: Record<string, string>) {
  const response = await gateway.send(path, { method: 'POST', body, headers });
  await response.text();
  return { response, row: await gateway.rowOf(response) };
}

it('every POST route of the router has a row, or is part of the admin API', () => {
  const [admin, others] = [true, false].map((isAdmin) =>
    postRoutes().filter((path) => path.startsWith('/admin') === isAdmin),
  );
  expect(others!.toSorted()).toEqual(Object.keys(ROUTES).toSorted());
  expect(admin!.length).toBeGreaterThan(5);
});

describe.each(Object.entries(ROUTES))('POST %s', (endpoint, { path = endpoint, body, lines }) => {
  it('has a row with its lines', async () => {
    const { response, row } = await rowAfter(path, body);
    expect(row).toMatchObject({ endpoint, method: 'POST', httpStatus: response.status, count: 1 });
    expect(row.lines).toHaveLength(lines);
    expect(row.key).toMatch(/^\w+$/);
    expect(row.id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(row.requestId).toBe(response.headers.get('x-request-id'));
    expect(row.day).toBe(new Date(row.at).toISOString().slice(0, 10));
    expect(Math.abs(Date.now() - row.at)).toBeLessThan(60_000);
    if (lines > 0) expect(row.listCostNano).toBeGreaterThan(0);
    expect(row.listCostNano).toBe(sum(row, 'listCostNano'));
  });

  it('has a row for a body that is not valid', async () => {
    const { response, row } = await rowAfter(path, undefined, { 'x-request-id': 'mine' });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(row).toMatchObject({ endpoint, status: 'refused', requestId: 'mine', lines: [], listCostNano: 0 });
  });

  it('has no row without a valid key', async () => {
    const before = gateway.rows.length;
    const response = await gateway.send(path, {
      method: 'POST',
      body,
      headers: { authorization: 'Bearer no-such-key' },
    });
    await response.text();
    expect([401, 403]).toContain(response.status);
    expect(response.headers.get('x-outcrop-id')).toBeNull();
    await new Promise((resolve) => setImmediate(resolve));
    expect(gateway.rows).toHaveLength(before);
  });
});

it('a background response has one row, with the id that the client received first', async () => {
  const body = { model: MODEL, input: 'Hello', background: true };
  const { row } = await rowAfter('/v1/responses', body, { 'x-request-id': 'of-the-client' });
  expect(row).toMatchObject({ endpoint: '/v1/responses', status: 'succeeded', requestId: 'of-the-client' });
  expect(row.lines).toHaveLength(1);
  expect(gateway.rows.filter(({ id }) => id === row.id)).toHaveLength(1);
});

it('a background response that is canceled has one row, with an estimate', async () => {
  gateway.emulator.behave({ kind: 'slow', ms: 2_000, times: 1 });
  const before = gateway.emulator.requests.length;
  const body = { model: MODEL, input: 'Hello', background: true };
  const response = await gateway.send('/v1/responses', { body });
  const { id } = (await response.json()) as { id: string };
  await until(() => gateway.emulator.requests.length > before, 'the upstream request');
  await rowAfter(`/v1/responses/${id}/cancel`, {});
  const row = await gateway.rowOf(response);
  expect(row).toMatchObject({ status: 'canceled', errorCode: 'response_stopped', isEstimated: true });
  expect(row.lines).toHaveLength(1);
});

it('requests without a row have no id', async () => {
  const response = await gateway.send('/v1/models', { headers: { authorization: `Bearer ${KEY}` } });
  await response.text();
  expect(response.headers.get('x-outcrop-id')).toBeNull();
});

function sum({ lines }: LedgerRow, cost: 'listCostNano' | 'contractCostNano'): number {
  return lines.reduce((total, line) => total + line[cost], 0);
}
