import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import type { ConverseStreamOutput } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Behavior, Emulator } from '../../emulator/emulator.ts';
import { Quota } from '../../emulator/quota.ts';
import { HAIKU_4_5, HELLO, OPUS_5_5, post } from '../../emulator/testing.ts';

let emulator: Emulator;
let client: BedrockRuntimeClient;

beforeAll(async () => {
  emulator = await startEmulator({ paceMs: 0 });
  const credentials = { accessKeyId: 'emulator', secretAccessKey: 'emulator' };
  client = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: emulator.url,
    credentials,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
});
beforeEach(() => emulator.reset());
afterAll(async () => {
  client.destroy();
  await emulator.close();
});

const input = { modelId: HAIKU_4_5, messages: [{ role: 'user' as const, content: [{ text: 'Hello' }] }] };

/** Returns the received part of a stream, and its end. */
async function watch(abortSignal?: AbortSignal): Promise<{ events: ConverseStreamOutput[]; error: Error | undefined }> {
  const events: ConverseStreamOutput[] = [];
  try {
    const { stream } = await client.send(new ConverseStreamCommand(input), { abortSignal });
    for await (const event of stream ?? []) events.push(event);
    return { events, error: undefined };
  } catch (error) {
    return { events, error: error as Error };
  }
}

/** Sends a streamed request and returns the raw response. */
async function raw() {
  const response = await fetch(`${emulator.url}/model/${encodeURIComponent(HAIKU_4_5)}/converse-stream`, {
    method: 'POST',
    headers: { authorization: 'Bearer emulator' },
    body: JSON.stringify(HELLO),
  });
  const { headers, status } = response;
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status, type: headers.get('content-type'), date: headers.get('date'), bytes };
}

const deltas = (events: ConverseStreamOutput[]): number => events.filter((event) => event.contentBlockDelta).length;

it('throttles the first requests', async () => {
  emulator.behave({ kind: 'throttle', times: 2 });
  const replies = [];
  for (let index = 0; index < 3; index += 1) replies.push(await post(emulator, HAIKU_4_5, 'converse', HELLO));
  expect(replies.map((reply) => [reply.status, reply.type])).toEqual([
    [429, 'ThrottlingException'],
    [429, 'ThrottlingException'],
    [200, null],
  ]);
  expect(replies[0]?.requestId).toBeTruthy();
});

it('fails one model and not another', async () => {
  emulator.behave({ kind: 'refuse', name: 'ServiceUnavailableException', match: 'haiku' });
  expect((await post(emulator, HAIKU_4_5, 'converse', HELLO)).status).toBe(503);
  expect((await post(emulator, OPUS_5_5, 'converse', HELLO)).status).toBe(200);
});

it.each([
  ['AccessDeniedException', 403],
  ['ConflictException', 400],
  ['ExpiredTokenException', 403],
  ['InternalServerException', 500],
  ['ModelErrorException', 424],
  ['ModelNotReadyException', 429],
  ['ModelTimeoutException', 408],
  ['ResourceNotFoundException', 404],
  ['ServiceQuotaExceededException', 400],
  ['ServiceUnavailableException', 503],
  ['ValidationException', 400],
])('responds to %s with its status %d', async (name, status) => {
  emulator.behave({ kind: 'refuse', name, message: 'as told' });
  expect(await post(emulator, HAIKU_4_5, 'converse', HELLO)).toMatchObject({
    status,
    type: name,
    body: { message: 'as told' },
  });
});

it('applies two faults to two requests, in order', async () => {
  emulator.behave({ kind: 'refuse', name: 'InternalServerException', times: 1 });
  emulator.behave({ kind: 'throttle', times: 1, operation: 'converse' });
  const statuses = [];
  for (let index = 0; index < 3; index += 1) statuses.push((await post(emulator, HAIKU_4_5, 'converse', HELLO)).status);
  expect(statuses).toEqual([500, 429, 200]);
});

/** Resolves when the emulator has counted this many disconnected clients. */
async function left(count: number): Promise<void> {
  const end = performance.now() + 5_000;
  while (emulator.stats().clientAborts < count && performance.now() < end) await sleep(10);
}

describe('a stream', () => {
  it('fails with an exception frame after some deltas', async () => {
    emulator.behave({ kind: 'stream-error', name: 'ModelStreamErrorException', afterDeltas: 3 });
    const { events, error } = await watch();
    expect([deltas(events), error?.name]).toEqual([3, 'ModelStreamErrorException']);
  });

  it('fails with an exception as its first frame', async () => {
    emulator.behave({ kind: 'first-frame-error', name: 'throttlingException', message: 'Too many tokens' });
    const { events, error } = await watch();
    expect([events.length, error?.name, error?.message]).toEqual([0, 'ThrottlingException', 'Too many tokens']);
  });

  it('stalls until the client disconnects, and records the time', async () => {
    emulator.behave({ kind: 'stall', afterDeltas: 2 });
    const { events, error } = await watch(AbortSignal.timeout(300));
    expect([deltas(events), error === undefined]).toEqual([2, false]);
    await left(1);
    expect(emulator.stats()).toMatchObject({
      openStreams: 0,
      clientAborts: 1,
      byModel: { [HAIKU_4_5]: { requests: 1, clientAborts: 1 } },
    });
    expect(emulator.requests[0]?.abortedAt).toBeGreaterThanOrEqual(emulator.requests[0]?.at ?? Infinity);
  });

  it('stalls before the headers', async () => {
    emulator.behave({ kind: 'stall' });
    const { events, error } = await watch(AbortSignal.timeout(200));
    expect([events.length, error?.name]).toEqual([0, 'AbortError']);
  });

  it.each([
    [undefined, 0],
    [2, 2],
  ])('is cut after %s deltas', async (afterDeltas, arrived) => {
    emulator.behave({ kind: 'cut', afterDeltas });
    const { events, error } = await watch();
    expect(deltas(events)).toBe(arrived);
    expect(error).toBeDefined();
    expect(emulator.stats().clientAborts).toBe(0);
  });

  it.each([
    [undefined, true],
    [1, false],
  ])('completes without messageStop after %s deltas', async (afterDeltas, blockEnds) => {
    emulator.behave({ kind: 'truncate', afterDeltas });
    const { events, error } = await watch();
    expect(error).toBeUndefined();
    expect(events.some((event) => event.contentBlockStop)).toBe(blockEnds);
    expect(events.some((event) => event.messageStop ?? event.metadata)).toBe(false);
  });

  it.each([
    [undefined, 0],
    [2, 2],
  ])('is reset after %s deltas', async (afterDeltas, arrived) => {
    emulator.behave({ kind: 'reset', afterDeltas });
    expect(deltas((await watch()).events)).toBe(arrived);
    // A premature end has another code: UND_ERR_SOCKET.
    await expect(raw()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(emulator.stats().clientAborts).toBe(0);
  });

  it('completes in the middle of a frame', async () => {
    emulator.behave({ kind: 'half-frame', afterDeltas: 2, times: 1 });
    const { bytes } = await raw();
    const whole = await raw();
    expect(bytes.length).toBeGreaterThan(0);
    expect(whole.bytes.subarray(0, bytes.length).equals(bytes)).toBe(true);
    emulator.behave({ kind: 'half-frame', afterDeltas: 2 });
    const { events } = await watch();
    expect([deltas(events), events.some((event) => event.messageStop)]).toEqual([2, false]);
  });

  it('has a frame with a wrong checksum', async () => {
    emulator.behave({ kind: 'corrupt', afterDeltas: 1 });
    const { events, error } = await watch();
    expect(deltas(events)).toBe(1);
    expect(error?.message).toContain('checksum');
  });

  it.each([1, 7, 1000])('arrives in pieces of %d bytes', async (bytes) => {
    const whole = await watch();
    emulator.behave({ kind: 'drip', bytes });
    const { events, error } = await watch();
    expect(error).toBeUndefined();
    expect(events).toEqual(whole.events);
  });

  it('begins late, with its headers at once', async () => {
    emulator.behave({ kind: 'slow', ms: 1_000 });
    const before = Date.now();
    const response = await fetch(`${emulator.url}/model/${encodeURIComponent(HAIKU_4_5)}/converse-stream`, {
      method: 'POST',
      headers: { authorization: 'Bearer emulator' },
      body: JSON.stringify(HELLO),
    });
    const headers = Date.now() - before;
    await response.body?.getReader().read();
    expect(Date.now() - before).toBeGreaterThanOrEqual(990);
    expect(headers).toBeLessThan(990);
  });
});

it('responds in place of the service', async () => {
  emulator.behave({ kind: 'reply', status: 502, body: '<h1>Bad gateway</h1>', times: 1 });
  emulator.behave({ kind: 'reply', contentType: 'application/json', bytes: 100_000, times: 1 });
  const page = await raw();
  expect([page.status, page.type, page.bytes.toString()]).toEqual([502, 'text/html', '<h1>Bad gateway</h1>']);
  const blanks = await raw();
  expect([blanks.status, blanks.type, blanks.bytes.length]).toEqual([200, 'application/json', 100_000]);
  expect((await raw()).type).toBe('application/vnd.amazon.eventstream');
});

it('uses its own clock', async () => {
  // A new client, because a client learns the clock difference.
  const credentials = { accessKeyId: 'emulator', secretAccessKey: 'emulator' };
  const client = new BedrockRuntimeClient({ region: 'us-east-1', endpoint: emulator.url, credentials, maxAttempts: 1 });
  const tenMinutes = 600_000;
  for (const [ms, description] of [
    [tenMinutes, 'Signature expired'],
    [-tenMinutes, 'Signature not yet current'],
  ] as const) {
    emulator.behave({ kind: 'clock', ms });
    const refused = await client.send(new ConverseCommand(input)).catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ name: 'InvalidSignatureException' });
    expect((refused as Error).message).toContain(description);
    // Bearer tokens contain no time.
    const { date } = await raw();
    expect(Math.abs(Date.parse(date ?? '') - Date.now() - ms)).toBeLessThan(5_000);
    emulator.reset();
  }
  client.destroy();
});

it('detects a disconnected client over HTTP/2 as well', async () => {
  const credentials = { accessKeyId: 'emulator', secretAccessKey: 'emulator' };
  const http2 = new BedrockRuntimeClient({ region: 'us-east-1', endpoint: emulator.url, credentials, maxAttempts: 1 });
  emulator.behave({ kind: 'stall', times: 1 });
  const stalled = http2.send(new ConverseCommand(input), { abortSignal: AbortSignal.timeout(100) });
  await expect(stalled).rejects.toMatchObject({ name: 'AbortError' });
  await left(1);
  expect(emulator.stats()).toMatchObject({ clientAborts: 1, openRequests: 0 });
  emulator.behave({ kind: 'stall', afterDeltas: 2, times: 1 });
  const { stream } = await http2.send(new ConverseStreamCommand(input), { abortSignal: AbortSignal.timeout(100) });
  for await (const _event of stream ?? []);
  await left(2);
  expect(emulator.stats()).toMatchObject({ clientAborts: 2, openStreams: 0 });
  await http2.send(new ConverseCommand(input));
  expect(emulator.stats()).toMatchObject({ clientAborts: 2 });
  http2.destroy();
});

it('is controlled over HTTP, and returns its statistics', async () => {
  const control = async (path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const response = await fetch(
      `${emulator.url}/__emulator/${path}`,
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
    );
    return { status: response.status, body: await response.json() };
  };
  expect(await control('behave', { kind: 'explode' })).toMatchObject({ status: 400 });
  expect(await control('behave', [{ kind: 'throttle', times: 1 }] satisfies Behavior[])).toMatchObject({
    status: 200,
  });
  expect((await post(emulator, HAIKU_4_5, 'converse', HELLO)).status).toBe(429);
  expect(await control('requests')).toMatchObject({
    body: [{ operation: 'converse', modelId: HAIKU_4_5, body: HELLO }],
  });
  expect(await control('stats')).toMatchObject({
    body: { requests: 1, byOperation: { converse: 1 }, byStatus: { 429: 1 } },
  });
  expect(await control('reset', {})).toMatchObject({ status: 200 });
  expect(emulator.requests).toEqual([]);
});

describe('scripted answers', () => {
  it('are used in order, for the models they name, before generated answers', async () => {
    emulator.script([
      { match: 'opus', text: 'not for haiku' },
      { text: 'one' },
      { toolUse: { name: 'f', input: { a: 1 } } },
    ]);
    const answers = [];
    for (let index = 0; index < 3; index += 1) answers.push(await client.send(new ConverseCommand(input)));
    expect(answers[0]?.output?.message?.content).toEqual([{ text: 'one' }]);
    expect(answers[1]).toMatchObject({
      stopReason: 'tool_use',
      output: { message: { content: [{ toolUse: { name: 'f', input: { a: 1 } } }] } },
    });
    expect(answers[2]?.output?.message?.content?.[0]?.text).toContain('Outcrop emulator');
  });

  it('are used as many times as configured', async () => {
    emulator.script([{ text: 'twice', times: 2 }, { text: 'then' }]);
    const texts = [];
    for (let index = 0; index < 3; index += 1) {
      const { output } = await client.send(new ConverseCommand(input));
      texts.push(output?.message?.content?.[0]?.text);
    }
    expect(texts).toEqual(['twice', 'twice', 'then']);
  });

  it('may be raw output', async () => {
    const raw = [{ messageStart: { role: 'assistant' } }, { messageStop: { stopReason: 'malformed_tool_use' } }];
    emulator.script([
      { events: raw },
      {
        output: {
          stopReason: 'content_filtered',
          output: { message: { role: 'assistant', content: [] } },
          usage: {},
          metrics: {},
        },
      },
    ]);
    expect((await watch()).events.map((event) => event.messageStop?.stopReason)).toEqual([
      undefined,
      'malformed_tool_use',
    ]);
    expect((await client.send(new ConverseCommand(input))).stopReason).toBe('content_filtered');
  });
});

describe('a quota', () => {
  const asking = (maxTokens: number) => ({ ...HELLO, inferenceConfig: { maxTokens } });

  it('debits prompt and maxTokens in advance, and returns the unused part', async () => {
    emulator.behave({ kind: 'quota', tokensPerMinute: 10_000, match: 'haiku' });
    emulator.behave({ kind: 'slow', ms: 200 });
    const pair = await Promise.all([0, 1].map(() => post(emulator, HAIKU_4_5, 'converse', asking(6_000))));
    expect(new Set(pair.map(({ status }) => status))).toEqual(new Set([200, 429]));
    const refused = pair.find(({ status }) => status === 429);
    expect(refused?.type).toBe('ThrottlingException');
    expect(refused?.body).toEqual({ message: 'Too many tokens, please wait before trying again.' });
    expect((await post(emulator, HAIKU_4_5, 'converse', asking(6_000))).status).toBe(200);
    expect((await post(emulator, OPUS_5_5, 'converse', asking(60_000))).status).toBe(200);
  });

  it('limits requests and daily tokens, and names the limit', async () => {
    emulator.behave({ kind: 'quota', requestsPerMinute: 1 });
    expect((await post(emulator, HAIKU_4_5, 'converse', HELLO)).status).toBe(200);
    const second = await post(emulator, HAIKU_4_5, 'converse', HELLO);
    expect(second.body).toEqual({ message: 'Too many requests, please wait before trying again.' });
    emulator.reset();
    emulator.behave({ kind: 'quota', tokensPerDay: 100 });
    const daily = await post(emulator, HAIKU_4_5, 'converse', HELLO);
    expect(daily.body).toEqual({ message: 'Too many tokens per day, please wait before trying again.' });
  });

  it('debits output at the burndown rate of the model', () => {
    for (const [id, factor] of [
      ['anthropic.claude-opus-4-8', 15],
      ['anthropic.claude-sonnet-5', 10],
      ['anthropic.claude-sonnet-4-6', 5],
      ['amazon.nova-pro-v1:0', 1],
    ] as const) {
      const quota = new Quota({ tokensPerMinute: 20_000 }, () => 0);
      quota.reserve(id, 0, 5_000)({ input: 0, cacheWrite: 0, output: 1_000 });
      const left = 20_000 - factor * 1_000;
      expect(() => quota.reserve(id, 0, left + 1)).toThrow('Too many tokens');
      quota.reserve(id, 0, left);
    }
  });

  it('is rejected without a limit', () => {
    expect(() => emulator.behave({ kind: 'quota' })).toThrow('quota requires at least one of');
  });
});
