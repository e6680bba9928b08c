import { connect } from 'node:net';
import { RESPONSE_HEADERS } from '../../../src/request/headers/response-headers.ts';
import { KEY, OTHER_KEY, startGateway, type TestGateway } from '../../support/gateway.ts';

const SETTINGS = `
responses: {store: memory}
cache: {enabled: true}
guardrail: {id: "arn:aws:bedrock:us-east-1:000000000000:guardrail/gr1", version: "2"}
bedrock: {quotas: {limits: [{model: claude-haiku-4-5, tokensPerMinute: 100000000}]}}
models:
  routes:
    - {model: claude-sonnet-4-5, fallbacks: [claude-haiku-4-5]}
`;
const REGISTERED = new Set(Object.keys(RESPONSE_HEADERS).map((name) => name.toLowerCase()));
const MESSAGES = [{ role: 'user', content: 'Hi.' }];
const CONVERSE = { messages: [{ role: 'user', content: [{ text: 'Hi.' }] }] };

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway(SETTINGS);
});
afterAll(() => gateway.close());

/** Returns the headers of a response that are missing from the register. */
function unregistered(headers: Headers): string[] {
  return [...headers.keys()].filter((name) => !REGISTERED.has(name) && !name.startsWith('x-amzn-bedrock-'));
}

describe.each(['claude-haiku-4-5', 'nova-lite', 'claude-3-haiku'])('responses of %s', (model) => {
  it.each([
    ['/v1/chat/completions', { messages: MESSAGES }],
    ['/v1/chat/completions', { messages: MESSAGES, temperature: 0, seed: 1, logit_bias: { 1: 1 } }],
    ['/v1/completions', { prompt: 'Hi.' }],
    ['/v1/responses', { input: 'Hi.' }],
    ['/v1/messages', { messages: MESSAGES, max_tokens: 10 }],
  ])('contain only registered headers: %s %j', async (path, body) => {
    for (const stream of [false, true]) {
      for (const key of [KEY, OTHER_KEY]) {
        const headers = { authorization: `Bearer ${key}` };
        const response = await gateway.send(path, { body: { ...body, model, stream }, headers });
        await response.text();
        expect([response.status, unregistered(response.headers)]).toEqual([response.status, []]);
        expect(response.headers.get('x-request-id')).not.toBeNull();
      }
    }
  });

  it.each(['converse', 'converse-stream', 'count-tokens'])(
    "contain only registered headers on Bedrock's own API: %s",
    async (operation) => {
      const body = operation === 'count-tokens' ? { input: { converse: CONVERSE } } : CONVERSE;
      const response = await gateway.send(`/model/${model}/${operation}`, { body });
      await response.arrayBuffer();
      expect(unregistered(response.headers)).toEqual([]);
    },
  );
});

describe('other responses', () => {
  it.each([
    ['GET', '/v1/models', undefined],
    ['GET', '/health/live', undefined],
    ['GET', '/health/ready', undefined],
    ['GET', '/metrics', undefined],
    ['GET', '/docs', undefined],
    ['GET', '/docs/page.js', undefined],
    ['GET', '/openapi.json', undefined],
    ['GET', '/inference-profiles', undefined],
    ['POST', '/v1/embeddings', { model: 'titan-embed-text-v2', input: 'Hi.' }],
    ['POST', '/v1/moderations', { input: 'Hi.' }],
    ['POST', '/v1/messages/count_tokens', { model: 'claude-haiku-4-5', messages: MESSAGES }],
    ['POST', '/v1/chat/completions', {}],
    ['POST', '/v1/chat/completions', '{'],
    ['POST', '/v1/chat/completions', { model: 'none', messages: MESSAGES }],
    ['GET', '/v1/chat/completions', undefined],
    ['GET', '/v1/nothing', undefined],
    ['GET', '/v1/responses/resp_none', undefined],
    ['POST', '/v1/messages', {}],
    ['POST', '/model/none/converse', CONVERSE],
  ])('contain only registered headers: %s %s %j', async (method, path, body) => {
    for (const authorization of [`Bearer ${KEY}`, 'Bearer wrong']) {
      const response = await gateway.send(path, { method, body, headers: { authorization } });
      await response.arrayBuffer();
      expect([response.status, unregistered(response.headers)]).toEqual([response.status, []]);
    }
  });

  it('contain only registered headers if models fail', async () => {
    for (const kind of ['throttle', 'fallback'] as const) {
      gateway.emulator.behave({ kind: 'throttle', ...(kind === 'fallback' && { match: 'sonnet' }) });
      const body = { model: 'claude-sonnet-4-5', messages: MESSAGES };
      const response = await gateway.send('/v1/chat/completions', { body });
      expect([response.status, unregistered(response.headers)]).toEqual([kind === 'throttle' ? 429 : 200, []]);
      expect(response.headers.has('retry-after')).toBe(kind === 'throttle');
      expect(response.headers.get('x-outcrop-model-fallback')).toBe(response.headers.get('x-outcrop-fallback'));
      gateway.emulator.reset();
    }
  });

  it('contain only registered headers if the request is not HTTP', async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write('NOT HTTP\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    const names = text.split('\r\n\r\n')[0]!.split('\r\n').slice(1);
    expect(names.length).toBeGreaterThan(3);
    expect(names.map((line) => line.split(':')[0]!).filter((name) => !REGISTERED.has(name))).toEqual([]);
  });
});

it('documents in /openapi.json every header of a plain answer', async () => {
  const document = (await (await gateway.send('/openapi.json')).json()) as {
    paths: Record<string, Record<string, { responses: Record<string, { headers: Record<string, { $ref: string }> }> }>>;
    components: { headers: Record<string, object> };
  };
  const body = { model: 'claude-3-haiku', messages: MESSAGES, seed: 1 };
  const response = await gateway.send('/v1/chat/completions', { body });
  const { headers } = document.paths['/v1/chat/completions']!['post']!.responses['200']!;
  const described = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const own = [...response.headers.keys()].filter((name) => /^x-|^openai|^deprecation|^sunset|^link/.test(name));
  expect(own.filter((name) => !described.has(name))).toEqual([]);
  expect(own.length).toBeGreaterThan(4);
  const components = Object.values(headers).map(({ $ref }) => $ref.split('/').at(-1)!);
  expect(components.filter((name) => !Object.hasOwn(document.components.headers, name))).toEqual([]);
});
