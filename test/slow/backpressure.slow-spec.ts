import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { KEY, startGateway, type TestGateway, until } from '../support/gateway.ts';

const MODEL = 'claude-haiku-4-5';
const REQUEST = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] };
const READERS = 6;
const DELTAS = 400;
const DELTA_BYTES = 64 * 1024;
const MEGABYTE = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let gateway: TestGateway;
let responses: ServerResponse[];
const sockets: Socket[] = [];

async function start(settings: string): Promise<void> {
  gateway = await startGateway(settings);
  responses = [];
  const server: Server = gateway.app.getHttpServer();
  server.on('request', (_: IncomingMessage, response: ServerResponse) => responses.push(response));
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await gateway.close();
});

/** Streams an answer of 25 MB that repeats one piece of text. */
function longAnswer(times: number): void {
  const text = 'x'.repeat(DELTA_BYTES);
  const delta = { contentBlockDelta: { contentBlockIndex: 0, delta: { text } } };
  const events = [
    { messageStart: { role: 'assistant' } },
    ...Array.from({ length: DELTAS }, () => delta),
    { contentBlockStop: { contentBlockIndex: 0 } },
    { messageStop: { stopReason: 'end_turn' } },
    { metadata: { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, metrics: { latencyMs: 1 } } },
  ];
  gateway.emulator.script([{ events, times }]);
}

/** Opens a stream and never reads it. */
function clientWithoutReads(stream: boolean): Socket {
  const { hostname, port } = new URL(gateway.url);
  const body = JSON.stringify({ ...REQUEST, stream });
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined).pause();
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${KEY}\r\n` +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  sockets.push(socket);
  return socket;
}

/** Returns the bytes of live buffers. V8 frees buffers after a collection, so one reading would include dead ones. */
async function held(): Promise<number> {
  for (let before = Infinity; ;) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { heapUsed, external } = process.memoryUsage();
    const now = heapUsed + external;
    if (Math.abs(now - before) < MEGABYTE / 4) return now;
    before = now;
  }
}

/** Resolves when the amount of buffered data no longer grows. */
async function untilStill(): Promise<void> {
  for (let before = -1, still = 0; still < 10;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const now = responses.reduce((sum, { writableLength }) => sum + writableLength, 0);
    still = now === before && now > 0 ? still + 1 : 0;
    before = now;
  }
}

async function failures(): Promise<number> {
  const text = await (await gateway.send('/metrics')).text();
  return Number(/^outcrop_errors_total\{.*code="client_stalled"[^}]*\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

describe('clients that do not read', () => {
  it('slow down their own upstreams: memory stays bounded, and another client receives its answer', async () => {
    await start('');
    longAnswer(READERS);
    const before = await held();
    for (let reader = 0; reader < READERS; reader++) clientWithoutReads(true);
    await until(() => gateway.emulator.stats().openStreams === READERS, 'all streams to be open');
    await untilStill();
    for (const { writableLength } of responses) expect(writableLength).toBeLessThan(2 * MEGABYTE);
    // Includes the buffers of the emulator and the client, which run in this process.
    expect((await held()) - before).toBeLessThan(READERS * 3 * MEGABYTE);
    expect(gateway.emulator.stats().openStreams).toBe(READERS);
    const otherClient = await gateway.send('/v1/chat/completions', { body: { ...REQUEST, stream: true } });
    expect(await otherClient.text()).toContain('[DONE]');
  });

  it('are disconnected after a while, and their upstream calls are aborted', async () => {
    await start('streaming: { clientStallTimeoutSeconds: 1 }');
    longAnswer(READERS);
    for (let reader = 0; reader < READERS; reader++) clientWithoutReads(true);
    await until(() => gateway.emulator.stats().openStreams === READERS, 'all streams to be open');
    for (let second = 0; second < 8 && gateway.emulator.stats().openStreams > 0; second++) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    expect(gateway.emulator.stats().openStreams).toBe(0);
    expect(await failures()).toBe(READERS);
  });

  it('are disconnected during plain answers as well', async () => {
    await start('streaming: { clientStallTimeoutSeconds: 1 }');
    const text = 'x'.repeat(DELTA_BYTES).repeat(DELTAS);
    const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
    const message = { role: 'assistant', content: [{ text }] };
    gateway.emulator.script([
      { output: { output: { message }, stopReason: 'end_turn', usage, metrics: { latencyMs: 1 } } },
    ]);
    clientWithoutReads(false);
    for (let second = 0; second < 8 && (await failures()) === 0; second++) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    expect(await failures()).toBe(1);
  });
});

describe('slow clients', () => {
  it('receive the complete answer, and their pauses do not count as upstream silence', async () => {
    await start('streaming: { clientStallTimeoutSeconds: 3, keepAliveSeconds: 0 }');
    gateway.emulator.behave({ kind: 'slow', ms: 4_000 });
    const patient = await gateway.send('/v1/chat/completions', { body: { ...REQUEST, stream: true } });
    expect(await patient.text()).toContain('[DONE]');
    longAnswer(1);
    const response = await gateway.send('/v1/chat/completions', { body: { ...REQUEST, stream: true } });
    const reader = response.body!.getReader();
    let bytes = 0;
    let last = '';
    // The total exceeds the limit, while no single pause comes near it.
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      bytes += read.value.length;
      last = Buffer.from(read.value).toString('latin1');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(last).toContain('[DONE]');
    expect(bytes).toBeGreaterThan(DELTAS * DELTA_BYTES);
    expect(await failures()).toBe(0);
  });
});
