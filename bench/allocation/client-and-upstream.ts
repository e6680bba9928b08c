/** Thread with the emulator as upstream, and with a client that sends one request after another to the gateway. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import { Agent } from 'undici';
import { startEmulator } from '../../emulator/emulator.ts';
import { send } from '../load/exchange.ts';
import { chatBody } from '../load/request-body.ts';

interface Connection {
  origin: string;
  key: string;
  model: string;
}

/** Requests to send, one after another. */
interface Requests {
  requests: number;
  /** Deltas of a streamed answer; 0 for a plain answer. */
  deltas: number;
}

interface OpenStreams {
  /** Number of streams to open, which send one delta and then nothing. 0 closes all open streams. */
  open: number;
  /** Size of the request body. */
  bytes: number;
}

export type Work = Requests | OpenStreams;
export type Task = Connection & Work;

const BYTES = 1_000;
/** Pause between deltas. Long enough to deliver each delta alone, even on a busy machine. */
const PACE_MS = 1;

const opened: Readable[] = [];
const emulator = await startEmulator({ paceMs: PACE_MS });
const pool = new Agent({ pipelining: 1 });
parentPort?.on('message', (task: Task) => {
  void run(task).then((problem) => parentPort?.postMessage(problem));
});
parentPort?.postMessage(emulator.url);

/** Runs a task. Resolves with the first problem; undefined if there is none. */
async function run(task: Task): Promise<string | undefined> {
  if ('requests' in task) return sendRequests(task);
  if (task.open > 0) return openStreams(task);
  for (const body of opened.splice(0)) body.destroy();
  return undefined;
}

async function sendRequests({ requests, deltas, ...connection }: Connection & Requests): Promise<string | undefined> {
  const streams = deltas > 0;
  const expectedText = 'word '.repeat(deltas || 20);
  emulator.reset();
  emulator.script([{ text: expectedText, times: requests }]);
  const order = { ...orderOf(connection, BYTES, streams), streams, expectedText, timeoutMs: 30_000 };
  for (let request = 0; request < requests; request++) {
    const { problem } = await send(pool, order);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

async function openStreams({
  open: streams,
  bytes,
  ...connection
}: Connection & OpenStreams): Promise<string | undefined> {
  emulator.reset();
  emulator.behave({ kind: 'stall', afterDeltas: 1 });
  const order = orderOf(connection, bytes, true);
  for (let stream = 0; stream < streams; stream++) {
    const { statusCode, body } = await pool.request({ ...order, path: '/v1/chat/completions', method: 'POST' });
    if (statusCode !== 200) return `HTTP ${statusCode}: ${await body.text()}`;
    body.on('error', () => undefined);
    opened.push(body);
    await once(body, 'readable');
  }
  return undefined;
}

function orderOf({ origin, key, model }: Connection, bytes: number, streams: boolean) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  return { origin, headers, body: chatBody({ model, bytes, streams }) };
}
