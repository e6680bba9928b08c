import { startGateway, type TestGateway } from '../../support/gateway.ts';

/** Headers for models with a known retirement date, on every endpoint that takes a model. */

const user = [{ role: 'user', content: 'Hello' }];
const converse = [{ role: 'user', content: [{ text: 'Hello' }] }];
const claude = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 100, messages: user };
const REQUESTS: [string, (model: string) => { path: string; body: object }][] = [
  ['chat', (model) => ({ path: '/v1/chat/completions', body: { model, messages: user } })],
  ['chat, streamed', (model) => ({ path: '/v1/chat/completions', body: { model, messages: user, stream: true } })],
  ['completions', (model) => ({ path: '/v1/completions', body: { model, prompt: 'Hello' } })],
  ['responses', (model) => ({ path: '/v1/responses', body: { model, input: 'Hello' } })],
  ['responses, streamed', (model) => ({ path: '/v1/responses', body: { model, input: 'Hello', stream: true } })],
  ['messages', (model) => ({ path: '/v1/messages', body: { model, max_tokens: 100, messages: user } })],
  [
    'messages, streamed',
    (model) => ({ path: '/v1/messages', body: { model, max_tokens: 9, messages: user, stream: true } }),
  ],
  ['token counts', (model) => ({ path: '/v1/messages/count_tokens', body: { model, messages: user } })],
  ['converse', (model) => ({ path: `/model/${model}/converse`, body: { messages: converse } })],
  ['converse-stream', (model) => ({ path: `/model/${model}/converse-stream`, body: { messages: converse } })],
  ['invoke', (model) => ({ path: `/model/${model}/invoke`, body: claude })],
];
const ENDING = [
  'Thu, 08 Apr 2027 00:00:00 GMT',
  '@1791417600',
  '</v1/models/claude-sonnet-4-6>; rel="successor-version"',
];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

async function headersOf({ path, body }: { path: string; body: object }): Promise<(string | null)[]> {
  const response = await gateway.send(path, { body });
  const text = await response.text();
  expect([response.status, text]).toEqual([200, expect.any(String)]);
  return ['sunset', 'deprecation', 'link'].map((name) => response.headers.get(name));
}

it.each(REQUESTS)('%s', async (_, request) => {
  expect(await headersOf(request('claude-sonnet-4-5'))).toEqual(ENDING);
  expect(await headersOf(request('claude-opus-5-5'))).toEqual([null, null, null]);
  // A retired name: its own retirement date, and the model that answers.
  const [sunset, , link] = await headersOf(request('claude-3-7-sonnet'));
  expect([sunset, link]).toEqual(['Tue, 28 Apr 2026 00:00:00 GMT', ENDING[2]]);
});

it('sends no successor for a model without one in the table', async () => {
  const body = { model: 'llama4-maverick-17b-instruct', messages: user };
  const [sunset, , link] = await headersOf({ path: '/v1/chat/completions', body });
  expect([sunset, link]).toEqual(['Tue, 30 Mar 2027 00:00:00 GMT', null]);
});

it('sends no header of a failed model with the answer of its fallback', async () => {
  const routes = 'models: { routes: [{ model: claude-sonnet-4-5, fallbacks: [claude-opus-5-5] }] }';
  const routed = await startGateway(routes);
  routed.emulator.behave({ kind: 'refuse', name: 'ServiceUnavailableException', status: 503, match: 'sonnet' });
  const response = await routed.send('/v1/chat/completions', { body: { model: 'claude-sonnet-4-5', messages: user } });
  await response.text();
  await routed.close();
  expect(response.headers.get('x-outcrop-fallback')).toContain('claude-sonnet-4-5');
  expect(['sunset', 'deprecation', 'link'].map((name) => response.headers.get(name))).toEqual([null, null, null]);
});
