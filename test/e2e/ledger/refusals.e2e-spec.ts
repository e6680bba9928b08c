import { OTHER_KEY, until } from '../../support/gateway.ts';
import { type RecordedGateway, startRecordedGateway } from './recorded-rows.ts';

/** Rows of requests that the gateway refuses. */

const HAIKU = 'claude-haiku-4-5';
const MESSAGES = [{ role: 'user', content: 'Hello' }];
const other = { authorization: `Bearer ${OTHER_KEY}` };

let gateway: RecordedGateway;
beforeEach(async () => {
  gateway = await startRecordedGateway();
});
afterEach(() => gateway.close());

const chat = (model: string, headers: Record<string, string> = {}) =>
  gateway.send('/v1/chat/completions', { body: { model, messages: MESSAGES }, headers });

it.each([
  ['a model that the key may not use', 'nova-lite', other, 'nova-lite'],
  ['an unknown model', 'no-such-model', {}, 'no-such-model'],
  ['a key in place of a model', 'sk-live-0123456789abcdef', {}, '(not shown)'],
])('a request for %s has a row', async (_, model, headers, modelAsked) => {
  const response = await chat(model, headers);
  await response.text();
  const row = await gateway.rowOf(response);
  expect(row).toMatchObject({ status: 'refused', httpStatus: response.status, modelAsked, count: 1, lines: [] });
  expect(row.modelAnswering).toBeUndefined();
  expect(row.errorCode).toBeDefined();
  expect(gateway.emulator.requests).toHaveLength(0);
});

it('a flood of one key has few rows that count all of it', async () => {
  const sent = await Promise.all(Array.from({ length: 60 }, () => chat(HAIKU, other)));
  for (const response of sent) await response.text();
  const refused = sent.filter(({ status }) => status === 429).length;
  const rows = () => gateway.rows.filter(({ errorCode }) => errorCode === 'rate_limit_exceeded');
  await until(() => rows().reduce((sum, { count }) => sum + count, 0) === refused, 'all refusals to be counted');
  expect(refused).toBe(57);
  // Two seconds at most, with ten rows and a sum each.
  expect(rows().length).toBeLessThanOrEqual(22);
  expect(rows().length).toBeGreaterThanOrEqual(11);
  expect(gateway.rows.filter(({ status }) => status === 'succeeded')).toHaveLength(3);
});

it('counted refusals are written when the gateway stops', async () => {
  const sent = await Promise.all(Array.from({ length: 40 }, () => chat(HAIKU, other)));
  for (const response of sent) await response.text();
  await gateway.close();
  expect(gateway.rows.reduce((sum, { count }) => sum + count, 0)).toBe(40);
});
