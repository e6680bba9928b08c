import OpenAI from 'openai';

import { startGateway, type TestGateway } from '../../support/gateway.ts';

/** `POST /v1/embeddings` with OpenAI's client, which requests base64 unless `encoding_format` is set. */

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

const MODELS: [name: string, dimensions: number, id: string][] = [
  ['titan-embed-text-v1', 1_536, 'amazon.titan-embed-text-v1'],
  ['titan-embed-text-v2', 1_024, 'amazon.titan-embed-text-v2:0'],
  ['nova-2-multimodal-embeddings', 3_072, 'amazon.nova-2-multimodal-embeddings-v1:0'],
  ['cohere-embed-v4', 1_536, 'us.cohere.embed-v4:0'],
  ['cohere-embed-multilingual-v3', 1_024, 'cohere.embed-multilingual-v3'],
  ['cohere-embed-english-v3', 1_024, 'cohere.embed-english-v3'],
];

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

function create(body: object): Promise<OpenAI.CreateEmbeddingResponse> {
  return gateway.client.embeddings.create(body as OpenAI.EmbeddingCreateParams);
}

function sent(): Loose[] {
  return gateway.emulator.requests.map(({ body }) => body);
}

describe('embedding vectors', () => {
  it.each(MODELS)('of %s are equal as base64 and as numbers, in the order of the inputs', async (model, length, id) => {
    const input = ['One', 'Two', 'Three'];
    const packed = await create({ model, input });
    const plain = await create({ model, input, encoding_format: 'float' });
    expect(packed).toMatchObject({ object: 'list', model });
    expect(packed.data.map(({ index }) => index)).toEqual([0, 1, 2]);
    for (const [index, { embedding }] of packed.data.entries()) {
      expect(embedding).toHaveLength(length);
      expect(embedding).toEqual(plain.data[index]!.embedding.map(Math.fround));
    }
    const [single] = (await create({ model, input: 'Two' })).data;
    expect(single!.embedding).toEqual(packed.data[1]!.embedding);
    expect(packed.data[0]!.embedding).not.toEqual(packed.data[1]!.embedding);
    expect(gateway.emulator.requests[0]!.modelId).toBe(id);
    const counted = id.includes('cohere') ? 3 : 1 + 1 + 2;
    expect(packed.usage).toEqual({ prompt_tokens: counted, total_tokens: counted });
  });

  it('have the requested number of dimensions if the model supports it', async () => {
    for (const model of ['titan-embed-text-v2', 'nova-2-multimodal-embeddings', 'cohere-embed-v4']) {
      const { data } = await create({ model, input: 'One', dimensions: 256 });
      expect(data[0]!.embedding).toHaveLength(256);
    }
    expect((await create({ model: 'titan-embed-text-v1', input: 'One', dimensions: 1_536 })).data).toHaveLength(1);
    expect(sent().at(-1)).toEqual({ inputText: 'One' });
    await expect(create({ model: 'titan-embed-text-v2', input: 'One', dimensions: 1_536 })).rejects.toMatchObject({
      status: 400,
      param: 'dimensions',
      message: expect.stringContaining('256, 512, 1024'),
    });
  });

  it('are requested in batches of the size that the model accepts', async () => {
    const input = Array.from({ length: 200 }, (_, index) => `Text ${index}`);
    const { data, usage } = await create({ model: 'cohere-embed-v4', input });
    expect(data).toHaveLength(200);
    expect(
      sent()
        .map(({ texts }) => texts.length)
        .toSorted((a, b) => a - b),
    ).toEqual([8, 96, 96]);
    const [last] = (await create({ model: 'cohere-embed-v4', input: 'Text 199' })).data;
    expect(data[199]!.embedding).toEqual(last!.embedding);
    expect(usage.prompt_tokens).toBeGreaterThan(200);
  });

  it('are requested again only for the batches that Bedrock throttled', async () => {
    gateway.emulator.behave({ kind: 'throttle', times: 2 });
    const input = ['One', 'Two', 'Three', 'Four'];
    const { data } = await create({ model: 'titan-embed-text-v2', input });
    expect(data).toHaveLength(4);
    // Bedrock throttled two of the four calls, so two calls are repeated.
    expect(gateway.emulator.requests).toHaveLength(6);
    expect(new Set(sent().map(({ inputText }) => inputText))).toEqual(new Set(input));
  });

  it('are billed for their input tokens', async () => {
    const answer = await gateway.send('/v1/embeddings', {
      body: { model: 'titan-embed-text-v2', input: 'x'.repeat(4_000) },
    });
    expect(answer.headers.get('x-outcrop-cost-usd')).toBe('0.00002');
  });

  it('carry the input type for models that require one', async () => {
    await create({ model: 'cohere-embed-v4', input: 'One' });
    await create({ model: 'cohere-embed-v4', input: 'One', input_type: 'search_query' });
    await create({ model: 'nova-2-multimodal-embeddings', input: 'One', input_type: 'search_query' });
    expect(sent().map((body) => body.input_type ?? body.singleEmbeddingParams.embeddingPurpose)).toEqual([
      'search_document',
      'search_query',
      'GENERIC_RETRIEVAL',
    ]);
    const withType = await gateway.send('/v1/embeddings', {
      body: { model: 'titan-embed-text-v2', input: 'One', input_type: 'search_query', foo: 1 },
    });
    expect(withType.headers.get('x-outcrop-adjusted')).toBe('foo=unknown, input_type=ignored');
  });
});

describe('rejected embedding requests', () => {
  it.each([
    [{ input: [1, 2, 3] }, 'input', 'tokens'],
    [{ input: [[1, 2], [3]] }, 'input', 'tokens'],
    [{ input: '' }, 'input', 'empty'],
    [{ input: ['One', ''] }, 'input[1]', 'empty'],
    [{ input: [] }, 'input', 'empty array'],
    [{ input: { text: 'One' } }, 'input', 'expected one of a string'],
    [{ encoding_format: 'hex' }, 'encoding_format', 'base64'],
    [{ input_type: 'image' }, 'input_type', 'search_query'],
    [{ dimensions: 0 }, 'dimensions', 'Expected a value >= 1'],
    [{ model: 'claude-haiku-4-5' }, 'model', 'not an embedding model'],
  ])('%j', async (fields, param, message) => {
    const answer = await gateway.send('/v1/embeddings', {
      body: { model: 'titan-embed-text-v2', input: 'One', ...fields },
    });
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as Loose;
    expect([error.param, error.message]).toEqual([param, expect.stringContaining(message)]);
    expect(gateway.emulator.requests).toEqual([]);
  });

  it('a chat request to an embedding model', async () => {
    const messages = [{ role: 'user', content: 'Hello' }];
    for (const path of ['/v1/chat/completions', '/v1/messages']) {
      const answer = await gateway.send(path, { body: { model: 'titan-embed-text-v2', max_tokens: 10, messages } });
      expect(answer.status).toBe(400);
      expect(JSON.stringify(await answer.json())).toContain('/v1/embeddings');
    }
  });
});

it('lists embedding models for OpenAI’s clients but not for Anthropic’s, which cannot use them', async () => {
  const ids = async (headers: Record<string, string>): Promise<string[]> => {
    const list = (await (await gateway.send('/v1/models?limit=1000', { headers })).json()) as Loose;
    return list.data.map(({ id }: { id: string }) => id);
  };
  expect(await ids({})).toContain('titan-embed-text-v2');
  expect(await ids({ 'anthropic-version': '2023-06-01' })).not.toContain('titan-embed-text-v2');
});
