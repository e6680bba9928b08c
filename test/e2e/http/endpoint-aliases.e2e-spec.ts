import Anthropic from '@anthropic-ai/sdk';
import { AzureOpenAI } from 'openai';
import { KEY, startGateway, type TestGateway } from '../../support/gateway.ts';

const MODEL = 'claude-haiku-4-5';
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

describe("Azure's paths", () => {
  it("serve Azure's client: plain, streamed, embeddings, responses, models", async () => {
    const client = new AzureOpenAI({ endpoint: gateway.url, apiKey: KEY, apiVersion: '2024-10-21', maxRetries: 0 });
    const answer = await client.chat.completions.create({ model: MODEL, messages: MESSAGES });
    expect(answer.model).toBe(MODEL);
    const stream = await client.chat.completions.create({ model: MODEL, messages: MESSAGES, stream: true });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(1);
    const vectors = await client.embeddings.create({ model: 'titan-embed-text-v2', input: 'Hello' });
    expect(vectors.data).toHaveLength(1);
    expect((await client.responses.create({ model: MODEL, input: 'Hello' })).status).toBe('completed');
    expect((await client.models.list()).data.length).toBeGreaterThan(1);
  });

  it.each([
    ['/openai/deployments/claude-haiku-4-5/chat/completions?api-version=2024-10-21', { messages: MESSAGES }],
    ['/openai/deployments/claude%2Dhaiku-4-5/chat/completions', { model: 'nova-lite', messages: MESSAGES }],
    ['/openai/deployments/claude-haiku-4-5/completions?api-version=2024-10-21', { prompt: 'Hello' }],
    ['/openai/v1/chat/completions', { model: MODEL, messages: MESSAGES }],
    ['/openai/v1/responses?api-version=preview', { model: MODEL, input: 'Hello' }],
  ])('%s %j', async (path, body) => {
    const answer = await gateway.send(path, { body });
    expect([answer.status, await answer.json()]).toMatchObject([200, { model: MODEL }]);
  });

  it('name the unknown deployment, and require a key', async () => {
    const path = '/openai/deployments/none/chat/completions';
    const answer = await gateway.send(path, { body: { messages: MESSAGES } });
    expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 'model_not_found' } }]);
    expect((await fetch(gateway.url + path, { method: 'POST' })).status).toBe(401);
    expect((await gateway.send('/openai/deployments/%zz/chat/completions', { body: {} })).status).toBe(404);
  });
});

describe('/anthropic/v1/messages', () => {
  it("serves Anthropic's client, and errors in Anthropic's format", async () => {
    const client = new Anthropic({ baseURL: `${gateway.url}/anthropic`, apiKey: KEY, maxRetries: 0 });
    const request = { model: MODEL, messages: MESSAGES };
    const answer = await client.messages.create({ ...request, max_tokens: 16 });
    expect(answer.type).toBe('message');
    expect((await client.messages.countTokens(request)).input_tokens).toBeGreaterThan(0);
    const wrong = client.messages.create({ ...request, max_tokens: -1 });
    await expect(wrong).rejects.toMatchObject({
      status: 400,
      error: { type: 'error', error: { type: 'invalid_request_error' } },
    });
  });
});

describe('an unsupported endpoint', () => {
  it.each([
    ['POST', '/v1/files', '/v1/files'],
    ['GET', '/v1/files/file-1/content', '/v1/files'],
    ['POST', '/v1/images/generations', '/v1/images'],
    ['POST', '/v1/audio/transcriptions', '/v1/audio'],
    ['POST', '/v1/batches', '/v1/batches'],
    ['POST', '/v1/fine_tuning/jobs', '/v1/fine_tuning'],
    ['POST', '/v1/assistants', '/v1/assistants'],
    ['POST', '/v1/threads/runs', '/v1/threads'],
    ['POST', '/v1/vector_stores', '/v1/vector_stores'],
    ['GET', '/v1/realtime?model=x', '/v1/realtime'],
    ['GET', '/v1/chat/completions/chatcmpl-1', '/v1/chat/completions/{id}'],
    ['POST', '/openai/deployments/dall-e-3/images/generations?api-version=1', '/v1/images'],
  ])('%s %s', async (method, path, named) => {
    const answer = await gateway.send(path, { method, body: method === 'POST' ? {} : undefined });
    expect([answer.status, await answer.json()]).toEqual([
      404,
      {
        error: {
          message: expect.stringMatching(`^This gateway does not offer ${named.replace(/[{}]/g, '\\$&')}\\. [A-Z]`),
          type: 'invalid_request_error',
          param: null,
          code: 'endpoint_not_offered',
        },
      },
    ]);
  });

  it("is rejected in Anthropic's format on Anthropic's paths", async () => {
    for (const path of ['/v1/messages/batches', '/anthropic/v1/messages/batches']) {
      const answer = await gateway.send(path, { body: {} });
      expect([answer.status, await answer.json()]).toMatchObject([
        404,
        { type: 'error', error: { type: 'not_found_error', message: expect.stringContaining('does not offer') } },
      ]);
    }
  });

  it.each(['/v1/nowhere', '/v1/constructor', '/v1/filesystem', '/files', '/openai/', '/anthropic/v2/messages'])(
    'is distinct from %s',
    async (path) => {
      const answer = await gateway.send(path, { body: {} });
      expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 'unknown_url' } }]);
    },
  );
});

describe('GET /', () => {
  it('returns the product name and its links without a key, and no version', async () => {
    const answer = await fetch(gateway.url);
    expect(await answer.json()).toEqual({
      name: 'outcrop',
      models: '/v1/models',
      documentation: '/docs',
      openapi: '/openapi.json',
    });
  });

  it('links only to pages that are enabled', async () => {
    const off = await startGateway('docs: {enabled: false}');
    expect(await (await fetch(off.url)).json()).toEqual({ name: 'outcrop', models: '/v1/models' });
    await off.close();
  });
});
