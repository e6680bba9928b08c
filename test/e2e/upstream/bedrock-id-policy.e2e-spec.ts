import { startGateway, type TestGateway } from '../../support/gateway.ts';

/** `models.allowBedrockIds: configured` on every endpoint that takes a model, with a gateway only in us-east-1. */

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

const OUTSIDE = [
  'eu.anthropic.claude-haiku-4-5-20251001-v1:0',
  'global.anthropic.claude-haiku-4-5-20251001-v1:0',
  'arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-pro-v1:0',
  'arn:aws:bedrock:us-east-1:444455556666:application-inference-profile/a1b2c3',
  'arn:aws:bedrock:us-east-1:111122223333:inference-profile/global.anthropic.claude-haiku-4-5-20251001-v1:0',
];
const MESSAGES = [{ role: 'user', content: 'Hello' }];
const CONVERSE = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] };
const INVOKE = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 16, messages: MESSAGES };

const chat = (model: string) => ({ model, messages: MESSAGES });
const messages = (model: string) => ({ model, messages: MESSAGES, max_tokens: 16 });
const responses = (model: string) => ({ model, input: 'Hello' });
const path = (id: string, operation: string) => `/model/${encodeURIComponent(id)}/${operation}`;

const ENDPOINTS: [name: string, path: (id: string) => string, body?: (id: string) => object][] = [
  ['chat', () => '/v1/chat/completions', chat],
  ['chat, streamed', () => '/v1/chat/completions', (id) => ({ ...chat(id), stream: true })],
  ['completions', () => '/v1/completions', (model) => ({ model, prompt: 'Hello' })],
  ['completions, streamed', () => '/v1/completions', (model) => ({ model, prompt: 'Hello', stream: true })],
  ['responses', () => '/v1/responses', responses],
  ['responses, streamed', () => '/v1/responses', (id) => ({ ...responses(id), stream: true })],
  ['responses input_tokens', () => '/v1/responses/input_tokens', responses],
  ['responses compact', () => '/v1/responses/compact', responses],
  ['messages', () => '/v1/messages', messages],
  ['messages, streamed', () => '/v1/messages', (id) => ({ ...messages(id), stream: true })],
  ['count_tokens', () => '/v1/messages/count_tokens', chat],
  ['embeddings', () => '/v1/embeddings', (model) => ({ model, input: 'Hello' })],
  ['converse', (id) => path(id, 'converse'), () => CONVERSE],
  ['converse-stream', (id) => path(id, 'converse-stream'), () => CONVERSE],
  ['invoke', (id) => path(id, 'invoke'), () => INVOKE],
  ['invoke-with-response-stream', (id) => path(id, 'invoke-with-response-stream'), () => INVOKE],
  ['count-tokens', (id) => path(id, 'count-tokens'), () => ({ input: { converse: CONVERSE } })],
  ['a model', (id) => `/v1/models/${encodeURIComponent(id)}`],
  ['a model id with literal slashes', (id) => `/v1/models/${id}`],
];

describe('a gateway of one region', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway('bedrock: {accountId: "111122223333"}\nguardrail: {allowRequestGuardrail: true}');
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.emulator.reset());

  it.each(ENDPOINTS.flatMap(([name, to, body]) => OUTSIDE.map((id) => ({ name, id, to, body }))))(
    '$name rejects $id, and names the setting',
    async ({ id, to, body }) => {
      const response = await gateway.send(to(id), { body: body?.(id) });
      expect(await response.text()).toContain('models.allowBedrockIds');
      expect(response.status).toBe(404);
      expect(gateway.emulator.requests).toEqual([]);
    },
  );

  it('accepts the ids of its geography', async () => {
    const id = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
    const talking = ENDPOINTS.filter(([name]) => name !== 'embeddings');
    for (const [name, to, body] of talking) {
      const response = await gateway.send(to(id), { body: body?.(id) });
      expect([name, response.status]).toEqual([name, 200]);
      await response.text();
    }
  });

  it('lists only profiles that it accepts', async () => {
    const list = (await (await gateway.send('/inference-profiles')).json()) as Loose;
    const ids = list.inferenceProfileSummaries.map((one: Loose) => one.inferenceProfileId as string);
    expect(ids).toContain('us.anthropic.claude-haiku-4-5-20251001-v1:0');
    expect(ids.filter((id: string) => !id.startsWith('us.'))).toEqual([]);
  });

  describe.each([
    'arn:aws:bedrock:eu-west-1:111122223333:guardrail/abc',
    'arn:aws:bedrock:us-east-1:444455556666:guardrail/abc',
  ])('with a request for the guardrail %s', (guardrailIdentifier) => {
    const guardrailConfig = { guardrailIdentifier, guardrailVersion: '1' };
    const model = 'claude-haiku-4-5';
    it.each<[name: string, to: string, body: object | string, headers?: Record<string, string>]>([
      ['chat', '/v1/chat/completions', { ...chat(model), guardrailConfig }],
      ['chat, in the other spelling', '/v1/chat/completions', { ...chat(model), guardrail_config: guardrailConfig }],
      ['completions', '/v1/completions', { model, prompt: 'Hello', guardrailConfig }],
      ['converse', path(model, 'converse'), { ...CONVERSE, guardrailConfig }],
      ['converse-stream', path(model, 'converse-stream'), { ...CONVERSE, guardrailConfig }],
      [
        'converse, percent-encoded',
        path(model, 'converse'),
        JSON.stringify({ ...CONVERSE, guardrailConfig }).replace('"guardrailC', String.raw`"\u0067uardrailC`),
      ],
      ['invoke', path(model, 'invoke'), INVOKE, { 'x-amzn-bedrock-guardrailidentifier': guardrailIdentifier }],
    ])('%s rejects it', async (...[, to, body, headers]) => {
      const response = await gateway.send(to, { body, headers });
      expect(await response.text()).toContain('models.allowBedrockIds');
      expect(response.status).toBe(403);
      expect(gateway.emulator.requests).toEqual([]);
    });
  });
});

describe('a gateway that accepts no ids', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway('models: {allowBedrockIds: none}');
  });
  afterAll(() => gateway.close());

  it('lists no profiles, because they are requested by id', async () => {
    expect(await (await gateway.send('/inference-profiles')).json()).toEqual({ inferenceProfileSummaries: [] });
  });
});
