import { OTHER_KEY, startGateway, type TestGateway } from '../../support/gateway.ts';

/** Requests without a model, on every endpoint. */

const messages = [{ role: 'user', content: 'Hello' }];

const ENDPOINTS: [path: string, body: object][] = [
  ['/v1/chat/completions', { messages }],
  ['/v1/completions', { prompt: 'Hello' }],
  ['/v1/responses', { input: 'Hello' }],
  ['/v1/responses/input_tokens', { input: 'Hello' }],
  ['/v1/responses/compact', { input: 'Hello' }],
  ['/v1/messages', { messages, max_tokens: 10 }],
  ['/v1/messages/count_tokens', { messages }],
];

const STREAMED = ENDPOINTS.filter(([path]) => !/tokens$|compact$/.test(path));

let gateway: TestGateway;
let strict: TestGateway;

beforeAll(async () => {
  gateway = await startGateway('models: {default: claude-haiku-4-5}');
  strict = await startGateway('models: {default: none}');
});
afterAll(async () => {
  await gateway.close();
  await strict.close();
});
beforeEach(() => gateway.emulator.reset());

/** Returns status and `param` of an error response in OpenAI's or Anthropic's format. */
async function refusal(response: Response): Promise<[number, string]> {
  const { error } = (await response.json()) as { error: { param?: string | null; message: string } };
  return [response.status, error.message];
}

describe('a request without a model', () => {
  it.each(ENDPOINTS)('to %s is answered by models.default', async (path, body) => {
    for (const model of [undefined, null]) {
      const response = await gateway.send(path, { body: { ...body, model } });
      expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
    }
    for (const { modelId } of gateway.emulator.requests) expect(modelId).toContain('claude-haiku-4-5');
  });

  it.each(STREAMED)('to %s is streamed by models.default', async (path, body) => {
    const response = await gateway.send(path, { body: { ...body, stream: true } });
    const text = await response.text();
    expect([response.status, text]).toEqual([200, expect.stringContaining('haiku')]);
  });

  it.each(ENDPOINTS)('to %s is rejected if the key may not use the default model', async (path, body) => {
    const other = await startGateway('models: {default: nova-pro}');
    try {
      const response = await other.send(path, { body, headers: { authorization: `Bearer ${OTHER_KEY}` } });
      expect(await refusal(response)).toEqual([403, expect.stringContaining('`nova-pro`')]);
      expect(other.emulator.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it.each(ENDPOINTS)('to %s is rejected if no default model is configured', async (path, body) => {
    const response = await strict.send(path, { body });
    expect(await refusal(response)).toEqual([400, expect.stringContaining('`model` is required')]);
    expect(strict.emulator.requests).toEqual([]);
  });

  it('is rejected for embeddings, because vectors of different models are not comparable', async () => {
    const response = await gateway.send('/v1/embeddings', { body: { input: 'Hello' } });
    expect(await refusal(response)).toEqual([400, expect.stringContaining('model')]);
  });
});
