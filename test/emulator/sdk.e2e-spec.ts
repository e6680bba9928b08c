import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import type {
  BedrockRuntimeClientConfig,
  ConverseCommandInput,
  ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Emulator } from '../../emulator/emulator.ts';
import { HAIKU_4_5, OPUS_5_5, WEATHER } from '../../emulator/testing.ts';

let emulator: Emulator;
const clients: BedrockRuntimeClient[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ paceMs: 0 });
});
beforeEach(() => emulator.reset());
afterAll(async () => {
  for (const client of clients) client.destroy();
  await emulator.close();
});

function clientFor(config: BedrockRuntimeClientConfig): BedrockRuntimeClient {
  const credentials = { accessKeyId: 'emulator', secretAccessKey: 'emulator' };
  const client = new BedrockRuntimeClient({
    region: 'eu-west-1',
    endpoint: emulator.url,
    credentials,
    maxAttempts: 1,
    ...config,
  });
  clients.push(client);
  return client;
}

const text = (content: string): ConverseCommandInput => ({
  modelId: HAIKU_4_5,
  messages: [{ role: 'user', content: [{ text: content }] }],
});

async function collect<Item>(stream: AsyncIterable<Item> | undefined): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of stream ?? []) items.push(item);
  return items;
}

async function eventsOf(client: BedrockRuntimeClient, input: ConverseCommandInput): Promise<ConverseStreamOutput[]> {
  const { stream } = await client.send(new ConverseStreamCommand(input));
  return collect(stream);
}

const bodyOf = (fields: object): string =>
  JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 2000,
    messages: [{ role: 'user', content: 'Hello' }],
    ...fields,
  });

describe.each([
  ['HTTP/2', (): BedrockRuntimeClientConfig => ({}), '2.0'],
  ['HTTP/1.1', (): BedrockRuntimeClientConfig => ({ requestHandler: new NodeHttpHandler() }), '1.1'],
])('the SDK over %s', (_name, config, version) => {
  let client: BedrockRuntimeClient;
  beforeAll(() => {
    client = clientFor(config());
  });

  it('receives a Converse answer that identifies the emulator', async () => {
    const output = await client.send(new ConverseCommand(text('Hello')));
    expect(output.stopReason).toBe('end_turn');
    expect(output.output?.message?.content?.[0]?.text).toContain(
      'This is the Outcrop emulator answering as anthropic.claude-haiku-4-5',
    );
    expect(output.output?.message?.content?.[0]?.text).toContain('You said: "Hello" (1 messages).');
    expect(output.usage?.inputTokens).toBe(2);
    expect(emulator.requests.at(-1)).toMatchObject({ operation: 'converse', modelId: HAIKU_4_5, httpVersion: version });
  });

  it('receives a stream in the order of the service', async () => {
    const events = await eventsOf(client, { ...text('Please call get_weather'), toolConfig: { tools: [WEATHER] } });
    const names = events.map((event) => Object.keys(event)[0]).filter((name, index, all) => name !== all[index - 1]);
    expect(names).toEqual([
      'messageStart',
      'contentBlockDelta',
      'contentBlockStop',
      'contentBlockStart',
      'contentBlockDelta',
      'contentBlockStop',
      'messageStop',
      'metadata',
    ]);
    const json = events.map((event) => event.contentBlockDelta?.delta?.toolUse?.input ?? '').join('');
    expect(JSON.parse(json)).toEqual({ city: 'emulated', unit: 'celsius' });
    expect(events.find((event) => event.messageStop)?.messageStop?.stopReason).toBe('tool_use');
  });

  it('receives an Anthropic answer from InvokeModel', async () => {
    const output = await client.send(
      new InvokeModelCommand({
        modelId: OPUS_5_5,
        body: bodyOf({ thinking: { type: 'adaptive', display: 'summarized' } }),
      }),
    );
    const message = JSON.parse(output.body.transformToString());
    expect(message).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn', stop_sequence: null });
    expect(message.content.map((block: { type: string }) => block.type)).toEqual(['thinking', 'text']);
    expect(message.usage.output_tokens_details.thinking_tokens).toBeGreaterThan(0);
  });

  it('receives Anthropic events from InvokeModelWithResponseStream', async () => {
    const { body } = await client.send(
      new InvokeModelWithResponseStreamCommand({ modelId: HAIKU_4_5, body: bodyOf({}) }),
    );
    const events = (await collect(body)).map((event) => JSON.parse(Buffer.from(event.chunk?.bytes ?? []).toString()));
    expect(events[0].type).toBe('message_start');
    expect(events.at(-2).delta.stop_reason).toBe('end_turn');
    expect(events.at(-1)).toMatchObject({
      type: 'message_stop',
      'amazon-bedrock-invocationMetrics': { inputTokenCount: 2 },
    });
  });

  it('counts tokens of Converse and InvokeModel requests', async () => {
    // CountTokens accepts no inference profile.
    const FOUNDATION = HAIKU_4_5.replace(/^us\./, '');
    const { messages } = text('Hello');
    expect(
      (await client.send(new CountTokensCommand({ modelId: FOUNDATION, input: { converse: { messages } } })))
        .inputTokens,
    ).toBe(2);
    const body = Buffer.from(bodyOf({}));
    expect(
      (await client.send(new CountTokensCommand({ modelId: FOUNDATION, input: { invokeModel: { body } } })))
        .inputTokens,
    ).toBe(2);
  });

  it('receives the exception class of a rejection', async () => {
    const refused = client.send(new ConverseCommand({ ...text('Hello'), modelId: 'anthropic.claude-opus-5-5' }));
    await expect(refused).rejects.toMatchObject({
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400 },
      message: expect.stringContaining('on-demand throughput isn’t supported'),
    });
  });

  it('is rejected if the secret, the access key or the token is wrong', async () => {
    const send = (config2: BedrockRuntimeClientConfig): Promise<unknown> =>
      clientFor({ ...config(), ...config2 }).send(new ConverseCommand(text('Hello')));
    const keys = (accessKeyId: string, secretAccessKey: string): BedrockRuntimeClientConfig => ({
      credentials: { accessKeyId, secretAccessKey },
    });
    await expect(send(keys('emulator', 'wrong'))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      $metadata: { httpStatusCode: 403 },
    });
    await expect(send(keys('wrong', 'emulator'))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
      $metadata: { httpStatusCode: 403 },
    });
    const bearer = (token: string): BedrockRuntimeClientConfig => ({
      token: { token },
      authSchemePreference: ['httpBearerAuth'],
    });
    await expect(send(bearer('wrong'))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(send(bearer('emulator'))).resolves.toBeDefined();
  });

  it('signs ARNs with slashes', async () => {
    const modelId = `arn:aws:bedrock:us-east-1:000000000000:inference-profile/${HAIKU_4_5}`;
    await expect(client.send(new ConverseCommand({ ...text('Hello'), modelId }))).resolves.toMatchObject({
      stopReason: 'end_turn',
    });
  });
});

it('is rejected if the signature is too old', async () => {
  const response = await fetch(`${emulator.url}/model/x/converse`, {
    method: 'POST',
    body: '{}',
    headers: {
      'x-amz-date': '20200101T000000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=emulator/20200101/us-east-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
    },
  });
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({
    message: expect.stringMatching(/^Signature expired: 20200101T000000Z is now earlier than \d{8}T\d{6}Z/),
  });
});

it('is rejected without authorization', async () => {
  const response = await fetch(`${emulator.url}/model/x/converse`, { method: 'POST', body: '{}' });
  expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([
    403,
    'MissingAuthenticationTokenException',
  ]);
});
