import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';

import { KEY, OTHER_KEY, startGateway, type TestGateway, until } from '../../support/gateway.ts';

/** Bedrock's own API through the gateway, with AWS's client: a bearer token instead of AWS credentials, or a header. */

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

const MODEL = 'claude-haiku-4-5';
const PROFILE = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
const MESSAGES = [{ role: 'user' as const, content: [{ text: 'Hello' }] }];
const BODY = JSON.stringify({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 500,
  messages: [{ role: 'user', content: 'Hello' }],
});

let gateway: TestGateway;
let client: BedrockRuntimeClient;

beforeAll(async () => {
  gateway = await startGateway();
  client = clientFor(gateway, KEY);
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

function clientFor({ url }: TestGateway, token: string, more: BedrockRuntimeClientConfig = {}): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: url,
    token: { token },
    authSchemePreference: ['httpBearerAuth'],
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
    ...more,
  });
}

async function metric(line: string): Promise<boolean> {
  return (await (await gateway.send('/metrics')).text()).includes(line);
}

describe('the AWS SDK', () => {
  it('converses, with a model name of the gateway or a Bedrock id', async () => {
    for (const modelId of [MODEL, PROFILE]) {
      const answer = await client.send(new ConverseCommand({ modelId, messages: MESSAGES }));
      expect(answer.stopReason).toBe('end_turn');
      expect(answer.usage!.outputTokens).toBeGreaterThan(0);
      expect(gateway.emulator.requests.at(-1)).toMatchObject({ operation: 'converse', modelId: PROFILE });
    }
    expect(await metric(`outcrop_cost_usd_total{model="${MODEL}"} 0.`)).toBe(true);
  });

  it('streams', async () => {
    gateway.emulator.script([{ thinking: 'Hm.', text: 'Good day.' }]);
    const { stream } = await client.send(new ConverseStreamCommand({ modelId: MODEL, messages: MESSAGES }));
    const events: Loose[] = [];
    for await (const event of stream!) events.push(event);
    expect(Object.keys(events[0])).toEqual(['messageStart']);
    expect(events.flatMap((event) => event.contentBlockDelta?.delta.text ?? []).join('')).toBe('Good day.');
    expect(events.at(-1).metadata.usage.outputTokens).toBeGreaterThan(0);
  });

  it('invokes, and passes the bytes of request and answer and Bedrock’s headers unchanged', async () => {
    const spaced = BODY.replaceAll(':', ' :  ');
    const answer = await fetch(`${gateway.url}/model/${encodeURIComponent(PROFILE)}/invoke`, {
      method: 'POST',
      headers: {
        'x-outcrop-key': KEY,
        authorization: 'AWS4-HMAC-SHA256 Credential=x',
        'content-type': 'application/json',
      },
      body: spaced,
    });
    expect(answer.status).toBe(200);
    expect(Number(answer.headers.get('x-amzn-bedrock-output-token-count'))).toBeGreaterThan(0);
    expect(Number(answer.headers.get('x-outcrop-cost-usd'))).toBeGreaterThan(0);
    const { body } = await client.send(new InvokeModelCommand({ modelId: MODEL, body: BODY }));
    expect(JSON.parse(new TextDecoder().decode(body))).toMatchObject({ type: 'message', role: 'assistant' });
    const embedded = { modelId: 'titan-embed-text-v2', body: JSON.stringify({ inputText: 'Hi', dimensions: 256 }) };
    const vectors = await client.send(new InvokeModelCommand(embedded));
    expect(JSON.parse(new TextDecoder().decode(vectors.body)).embedding).toHaveLength(256);
  });

  it('invokes with a stream, whose usage is recorded', async () => {
    const before = await usage();
    const { body } = await client.send(new InvokeModelWithResponseStreamCommand({ modelId: MODEL, body: BODY }));
    const chunks: Loose[] = [];
    for await (const { chunk } of body!) chunks.push(JSON.parse(new TextDecoder().decode(chunk!.bytes)));
    expect(chunks[0].type).toBe('message_start');
    const { inputTokenCount, outputTokenCount } = chunks.at(-1)['amazon-bedrock-invocationMetrics'];
    const after = await usage();
    expect(after - before).toBe(inputTokenCount + outputTokenCount);
  });

  it.each(['2026-10-21', '2023-06-01', undefined])(
    'invokes Claude with the anthropic_version %s of an SDK',
    async (version) => {
      const { anthropic_version: known, ...fields } = JSON.parse(BODY);
      const input = { modelId: MODEL, body: JSON.stringify({ ...fields, anthropic_version: version }) };
      const { body } = await client.send(new InvokeModelCommand(input));
      expect(JSON.parse(new TextDecoder().decode(body))).toMatchObject({ type: 'message' });
      expect(gateway.emulator.requests.at(-1)!.body).toEqual({ ...fields, anthropic_version: known });
      const streamed = await client.send(new InvokeModelWithResponseStreamCommand(input));
      for await (const { chunk } of streamed.body!) expect(chunk).toBeDefined();
      const counted = { invokeModel: { body: new TextEncoder().encode(input.body) } };
      const { inputTokens } = await client.send(new CountTokensCommand({ modelId: PROFILE, input: counted }));
      expect(inputTokens).toBeGreaterThan(0);
      const answer = await gateway.send(`/model/${MODEL}/invoke`, { body: JSON.parse(input.body) });
      expect(answer.headers.get('x-outcrop-adjusted')).toBe(`anthropic_version=${known}`);
    },
  );

  it('counts tokens', async () => {
    const input = { converse: { messages: MESSAGES } };
    const { inputTokens } = await client.send(new CountTokensCommand({ modelId: PROFILE, input }));
    expect(inputTokens).toBeGreaterThan(0);
  });

  async function usage(): Promise<number> {
    const text = await (await gateway.send('/metrics')).text();
    const counts = text.matchAll(
      new RegExp(`outcrop_tokens_total\\{model="${MODEL}",kind="(?:input|output)"\\} (\\d+)`, 'g'),
    );
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  }
});

describe('failures in Bedrock’s error format', () => {
  const converse = (modelId: string, token = KEY, maxAttempts = 1) =>
    clientFor(gateway, token, { maxAttempts }).send(new ConverseCommand({ modelId, messages: MESSAGES }));

  it.each([
    ['a wrong key', () => converse(MODEL, 'nobody'), { name: 'AccessDeniedException', status: 403 }],
    [
      'a model that the key may not use',
      () => converse('claude-opus-5-5', OTHER_KEY),
      { name: 'AccessDeniedException', status: 403 },
    ],
    [
      'a model that does not exist',
      () => converse('claude-nobody'),
      { name: 'ResourceNotFoundException', status: 404 },
    ],
  ])('%s', async (_, send, { name, status }) => {
    const error = await send().catch((error: unknown) => error);
    expect(error).toMatchObject({ name, $metadata: { httpStatusCode: status } });
  });

  it.each([
    ['ValidationException', 400],
    ['ModelErrorException', 424],
    ['ModelNotReadyException', 429],
    ['ServiceUnavailableException', 503],
  ])('%s with its own status and message', async (name, status) => {
    gateway.emulator.behave({ kind: 'refuse', name, status, message: 'In its own words.' });
    const error = await converse(MODEL).catch((error: unknown) => error);
    expect(error).toMatchObject({ name, message: 'In its own words.', $metadata: { httpStatusCode: status } });
  });

  it('are retried before the first byte, and not reported then', async () => {
    gateway.emulator.behave({ kind: 'first-frame-error', name: 'throttlingException', times: 2 });
    const { stream } = await client.send(new ConverseStreamCommand({ modelId: MODEL, messages: MESSAGES }));
    const events: Loose[] = [];
    for await (const event of stream!) events.push(event);
    expect(events.at(-1)).toHaveProperty('metadata');
    expect(gateway.emulator.requests).toHaveLength(3);
  });

  it.each([
    [{ kind: 'stream-error', name: 'serviceUnavailableException', message: 'Later.', afterDeltas: 1 }, 'Later.'],
    [{ kind: 'cut', afterDeltas: 1 }, 'connection'],
    [{ kind: 'truncate', afterDeltas: 1 }, 'ended before'],
    [{ kind: 'corrupt', afterDeltas: 1 }, 'damaged'],
  ] as const)('within a stream are sent as an exception event: %j', async (fault, message) => {
    gateway.emulator.script([{ text: 'One two three four five six seven eight' }]);
    gateway.emulator.behave({ ...fault, times: 1 });
    const { stream } = await client.send(new ConverseStreamCommand({ modelId: MODEL, messages: MESSAGES }));
    const read = async (): Promise<void> => {
      for await (const _event of stream!);
    };
    await expect(read()).rejects.toThrow(message);
  });

  it('aborts the upstream call when the client disconnects', async () => {
    gateway.emulator.behave({ kind: 'stall', afterDeltas: 1, times: 1 });
    const stop = new AbortController();
    const sending = client.send(new ConverseStreamCommand({ modelId: MODEL, messages: MESSAGES }), {
      abortSignal: stop.signal,
    });
    const { stream } = await sending;
    const iterator = stream![Symbol.asyncIterator]();
    await iterator.next();
    stop.abort();
    await iterator.next().catch(() => undefined);
    await until(() => gateway.emulator.stats().openStreams === 0, 'the end of the upstream');
    expect(gateway.emulator.stats()).toMatchObject({ clientAborts: 1, openStreams: 0 });
  });
});

it('forwards the bytes of a request unchanged', async () => {
  const spaced = `{ "messages" :\n [ {"role":"user", "content":[{"text":"H\\u0065llo"}]} ] }`;
  const answer = await gateway.send(`/model/${MODEL}/converse`, { body: spaced });
  expect(answer.status).toBe(200);
  const length = Number(gateway.emulator.requests[0]!.headers['content-length']);
  expect(length).toBe(Buffer.byteLength(spaced));
});

it('lists the inference profiles of the models that a key may use', async () => {
  const list = async (query: string, key = KEY): Promise<Loose[]> => {
    const answer = await gateway.send(`/inference-profiles${query}`, { headers: { authorization: `Bearer ${key}` } });
    expect(answer.status).toBe(200);
    return ((await answer.json()) as Loose).inferenceProfileSummaries;
  };
  const all = await list('?type=SYSTEM_DEFINED');
  expect(all.map(({ inferenceProfileId }) => inferenceProfileId)).toContain(PROFILE);
  expect(all.map(({ inferenceProfileId }) => inferenceProfileId)).not.toContain('amazon.titan-embed-text-v2:0');
  expect((await list('', OTHER_KEY)).every(({ inferenceProfileId }) => inferenceProfileId.includes('haiku'))).toBe(
    true,
  );
  expect(await list('?type=APPLICATION')).toEqual([]);
});

describe('the guardrail of all requests', () => {
  let guarded: TestGateway;
  beforeAll(async () => {
    guarded = await startGateway('guardrail: { id: gr1, version: "1" }\nrequestMetadata: { includeKeyName: true }');
  });
  afterAll(() => guarded.close());
  beforeEach(() => guarded.emulator.reset());

  const sent = (): Loose => guarded.emulator.requests.at(-1);

  it('applies to Bedrock’s own API and to Anthropic’s', async () => {
    const blocked = [{ role: 'user' as const, content: [{ text: 'This is [blocked]' }] }];
    const answer = await clientFor(guarded, KEY).send(new ConverseCommand({ modelId: MODEL, messages: blocked }));
    expect(answer.stopReason).toBe('guardrail_intervened');
    expect(sent().body.guardrailConfig).toMatchObject({ guardrailIdentifier: 'gr1', guardrailVersion: '1' });
    expect(sent().body.requestMetadata).toEqual({ api_key: 'test' });

    await clientFor(guarded, KEY).send(new InvokeModelCommand({ modelId: MODEL, body: BODY }));
    expect(sent().headers['x-amzn-bedrock-guardrailidentifier']).toBe('gr1');
    await guarded.send('/v1/messages', { body: { ...JSON.parse(BODY), model: MODEL, anthropic_version: undefined } });
    expect(sent().headers['x-amzn-bedrock-guardrailidentifier']).toBe('gr1');
    expect(JSON.parse(sent().headers['x-amzn-bedrock-request-metadata'])).toEqual({ api_key: 'test' });
  });

  it('rejects bodies that are nested deeper than the stack allows', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    for (const operation of ['converse', 'invoke', 'converse-stream', 'invoke-with-response-stream']) {
      const refused = await guarded.send(`/model/claude-haiku-4-5/${operation}`, { body: `{"messages":${deep}}` });
      expect(refused.status).toBe(400);
      await refused.arrayBuffer();
    }
  });

  it.each([
    ['converse', { messages: [{ role: 'user', content: [{ text: 'x' }, { guardContent: { text: { text: 'y' } } }] }] }],
    ['converse', { messages: MESSAGES, guardrailConfig: { guardrailIdentifier: 'other', guardrailVersion: '1' } }],
    ['invoke', { ...JSON.parse(BODY), 'amazon-bedrock-guardrailConfig': { tagSuffix: 'x' } }],
  ])('cannot be bypassed: %s %j', async (operation, body) => {
    const answer = await guarded.send(`/model/${MODEL}/${operation}`, { body });
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([400, 'ValidationException']);
    expect(guarded.emulator.requests).toEqual([]);
  });
});
