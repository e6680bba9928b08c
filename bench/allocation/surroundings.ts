/** The thread around the gateway: the emulator it asks and the client that asks it, one request after the other. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import { Agent } from 'undici';
import { startEmulator } from '../../emulator/emulator.ts';
import { send } from '../load/exchange.ts';
import { chatBody } from '../load/request-body.ts';

export interface Errand {
  origin: string;
  key: string;
  model: string;
  /** One after the other: requests to be answered. */
  requests?: number;
  /** Of a streamed answer; 0: a plain one. */
  deltas?: number;
  /** In place of requests: streams to be opened, which say a word and then nothing; 0 closes all that are open. */
  open?: number;
  /** Of a request's body. */
  bytes?: number;
}

const BYTES = 1_000;
/** So far apart that none catches up with the one before, also where the machine is busy. */
const PACE_MS = 1;

const opened: Readable[] = [];
const emulator = await startEmulator({ paceMs: PACE_MS });
const pool = new Agent({ pipelining: 1 });
parentPort?.on('message', (errand: Errand) => {
  void run(errand).then((problem) => parentPort?.postMessage(problem));
});
parentPort?.postMessage(emulator.url);

/** What went wrong; undefined where all was well. */
async function run(errand: Errand): Promise<string | undefined> {
  if (errand.open === undefined) return ask(errand);
  if (errand.open > 0) return open(errand);
  close();
  return undefined;
}

async function ask({ requests = 1, deltas = 0, ...errand }: Errand): Promise<string | undefined> {
  const expectedText = 'word '.repeat(deltas || 20);
  emulator.reset();
  emulator.script([{ text: expectedText, times: requests }]);
  const order = { ...orderOf(errand, deltas > 0), streams: deltas > 0, expectedText, timeoutMs: 30_000 };
  for (let request = 0; request < requests; request++) {
    const { problem } = await send(pool, order);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

async function open(errand: Errand): Promise<string | undefined> {
  emulator.reset();
  emulator.behave({ kind: 'stall', afterDeltas: 1 });
  const order = orderOf(errand, true);
  for (let stream = 0; stream < errand.open!; stream++) {
    const { statusCode, body } = await pool.request({ ...order, path: '/v1/chat/completions', method: 'POST' });
    if (statusCode !== 200) return `HTTP ${statusCode}: ${await body.text()}`;
    body.on('error', () => undefined);
    opened.push(body);
    await once(body, 'readable');
  }
  return undefined;
}

function close(): void {
  for (const body of opened.splice(0)) body.destroy();
}

function orderOf({ origin, key, model, bytes = BYTES }: Errand, streams: boolean) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  return { origin, headers, body: chatBody({ model, bytes, streams }) };
}
