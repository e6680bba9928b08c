import { bearerOf, type GovernedGateway, keyDocument, startGovernedGateway } from '../../support/governed-gateway.ts';
import { askEndpoint, chatOf, CONVERSE, MODEL_ENDPOINTS } from '../../support/model-endpoints.ts';

// Team, application and key in the request metadata (requestMetadata), which the invocation logs of Bedrock contain.

const HAIKU = 'claude-haiku-4-5';
const PAIRS = { key_id: 'key_1', team: 'search', application: 'bot' };
const DOCUMENTS = [
  { kind: 'Team', name: 'search' },
  { kind: 'Application', name: 'bot', team: 'search' },
  keyDocument('bot-1', 'sk-bot', { id: 'key_1', team: 'search', application: 'bot' }),
];

let gateway: GovernedGateway;
beforeAll(async () => {
  gateway = await startGovernedGateway(
    'requestMetadata: {includeKeyId: true, includeTeam: true, includeApplication: true}\nresponses: {store: memory}',
    DOCUMENTS,
  );
});
afterAll(() => gateway.close());
afterEach(() => gateway.emulator.reset());

const ask = (to: string, body: object | undefined, headers: Record<string, string> = {}) =>
  askEndpoint(gateway, to, { body, headers: bearerOf('sk-bot', headers) });

/** Returns the metadata of the last call, from the body of Converse or the header of InvokeModel. */
function sent(): Record<string, string> {
  const { body, headers } = gateway.emulator.requests.at(-1)!;
  const header = headers['x-amzn-bedrock-request-metadata'];
  return header === undefined
    ? (body as { requestMetadata: Record<string, string> }).requestMetadata
    : (JSON.parse(header) as Record<string, string>);
}

it('names the caller on every endpoint', async () => {
  for (const { endpoint, to, body } of MODEL_ENDPOINTS) {
    if (/count|input_tokens|a model/.test(endpoint)) continue;
    const model = endpoint === 'embeddings' ? 'titan-embed-text-v2' : HAIKU;
    expect([endpoint, (await ask(to(model), body?.(model))).status]).toEqual([endpoint, 200]);
    expect([endpoint, sent()]).toEqual([endpoint, PAIRS]);
  }
});

it('keeps the pairs of the client, and reports those that the pairs of the gateway replace', async () => {
  const chat = await ask('/v1/chat/completions', { ...chatOf(HAIKU), metadata: { team: 'forged', stage: 'test' } });
  expect([chat.headers.get('x-outcrop-adjusted'), sent()]).toEqual([
    expect.stringContaining('metadata=extra_pairs_dropped'),
    { ...PAIRS, stage: 'test' },
  ]);
  const own = { team: 'forged', stage: 'test' };
  const converse = await ask(`/model/${HAIKU}/converse`, { ...CONVERSE, requestMetadata: own });
  expect([converse.headers.get('x-outcrop-adjusted'), sent()]).toEqual([
    'requestMetadata=extra_pairs_dropped',
    { ...PAIRS, stage: 'test' },
  ]);
  const body = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 16, messages: chatOf().messages };
  const header = { 'x-amzn-bedrock-request-metadata': JSON.stringify(own) };
  const invoke = await ask(`/model/${HAIKU}/invoke`, body, header);
  expect([invoke.headers.get('x-outcrop-adjusted'), sent()]).toEqual([
    'requestMetadata=extra_pairs_dropped',
    { ...PAIRS, stage: 'test' },
  ]);
  const kept = await ask(`/model/${HAIKU}/converse`, { ...CONVERSE, requestMetadata: { team: 'search', stage: 'x' } });
  expect([kept.headers.get('x-outcrop-adjusted'), sent()]).toEqual([null, { ...PAIRS, stage: 'x' }]);
});

it('never has more pairs than Bedrock accepts', async () => {
  const requestMetadata = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`name-${index}`, 'x']));
  const answer = await ask(`/model/${HAIKU}/converse`, { ...CONVERSE, requestMetadata });
  expect([answer.status, answer.headers.get('x-outcrop-adjusted')]).toEqual([
    200,
    'requestMetadata=extra_pairs_dropped',
  ]);
  expect([Object.keys(sent()).length, sent()]).toEqual([16, expect.objectContaining(PAIRS)]);
});
