import type { LedgerExplanation } from '../../../src/ledger/rows/ledger-explanation.ts';
import { OTHER_KEY } from '../../support/gateway.ts';
import { type RecordedGateway, startRecordedGateway } from './recorded-rows.ts';

/** What rows contain about names, waits and times. */

const HAIKU = 'claude-haiku-4-5';
const SONNET = 'claude-sonnet-4-6';
const messages = [{ role: 'user', content: 'Hello' }];
const SETTINGS = `
retry: { maxRetries: 2, baseDelayMs: 20 }
models: { aliases: { fast: ${HAIKU} } }
bedrock: { quotas: { limits: [{ model: ${SONNET}, requestsPerMinute: 60 }] } }
`;

let gateway: RecordedGateway;
beforeAll(async () => {
  gateway = await startRecordedGateway(SETTINGS);
});
afterAll(() => gateway.close());

async function explained(path: string, body: object, headers: Record<string, string> = {}): Promise<LedgerExplanation> {
  const response = await gateway.send(path, { body, headers });
  await response.text();
  return (await gateway.rowOf(response)).explain;
}

const ENDPOINTS: [string, (model: string) => [string, object]][] = [
  ['chat', (model) => ['/v1/chat/completions', { model, messages }]],
  ['a stream', (model) => ['/v1/chat/completions', { model, messages, stream: true }]],
  ['completions', (model) => ['/v1/completions', { model, prompt: 'Hello' }]],
  ['responses', (model) => ['/v1/responses', { model, input: 'Hello' }]],
  ['messages', (model) => ['/v1/messages', { model, messages, max_tokens: 50 }]],
  ['Converse', (model) => [`/model/${model}/converse`, { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }]],
];

it.each(ENDPOINTS)('%s: times of the calls, and the name in the request', async (_, call) => {
  const asked = await explained(...call(HAIKU));
  expect(asked.requestedName).toBeUndefined();
  expect(asked.firstCallMs).toBeGreaterThan(0);
  expect(asked.lastCallMs).toBeGreaterThan(asked.firstCallMs!);
  expect((await explained(...call('fast'))).requestedName).toBe('fast');
});

it('embeddings have the times of their calls', async () => {
  const { firstCallMs, lastCallMs } = await explained('/v1/embeddings', {
    model: 'titan-embed-text-v2',
    input: ['a', 'b'],
  });
  expect(lastCallMs).toBeGreaterThan(firstCallMs!);
});

it('a refused request has no call, and the seconds after which it may be repeated', async () => {
  const refused: LedgerExplanation[] = [];
  for (let sent = 0; sent < 5; sent += 1) {
    refused.push(
      await explained('/v1/chat/completions', { model: HAIKU, messages }, { authorization: `Bearer ${OTHER_KEY}` }),
    );
  }
  expect(refused.at(-1)).toMatchObject({ retryAfterSeconds: expect.any(Number) });
  expect(refused.at(-1)!.firstCallMs).toBeUndefined();
});

it('a wait for a quota has its time, the quota, and what the call had to reserve', async () => {
  const answers = await Promise.all(
    Array.from({ length: 70 }, () => explained('/v1/chat/completions', { model: SONNET, messages, max_tokens: 10 })),
  );
  const waited = answers.filter(({ quotaWaitMs }) => quotaWaitMs !== undefined);
  expect(waited.length).toBeGreaterThan(0);
  for (const { exhaustedQuota, firstCallMs, quotaDemand, quotaWaitMs, waitedFor } of waited) {
    expect(exhaustedQuota).toContain(`${SONNET}/requestsPerMinute`);
    expect(quotaDemand).toBeGreaterThan(10);
    expect(waitedFor).toBe('quota');
    if (firstCallMs !== undefined) expect(firstCallMs).toBeGreaterThan(quotaWaitMs! - 1);
  }
}, 60_000);
