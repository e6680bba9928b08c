/** The thread around the gateway: the emulator it asks and the client that asks it, one request after the other. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import { Agent } from 'undici';
import { startEmulator } from '../../emulator/emulator.ts';
import { send } from '../load/exchange.ts';
import { chatBody } from '../load/request-body.ts';

interface Door {
  origin: string;
  key: string;
  model: string;
}

/** Requests to be answered, one after the other. */
interface Ask {
  requests: number;
  /** Of a streamed answer; 0: a plain one. */
  deltas: number;
}

interface Open {
  /** Streams to be opened, which say a word and then nothing; 0 closes all that are open. */
  open: number;
  /** Of a request's body. */
  bytes: number;
}

export type Work = Ask | Open;
export type Errand = Door & Work;

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
  if ('requests' in errand) return ask(errand);
  if (errand.open > 0) return open(errand);
  for (const body of opened.splice(0)) body.destroy();
  return undefined;
}

async function ask({ requests, deltas, ...door }: Door & Ask): Promise<string | undefined> {
  const streams = deltas > 0;
  const expectedText = 'word '.repeat(deltas || 20);
  emulator.reset();
  emulator.script([{ text: expectedText, times: requests }]);
  const order = { ...orderOf(door, BYTES, streams), streams, expectedText, timeoutMs: 30_000 };
  for (let request = 0; request < requests; request++) {
    const { problem } = await send(pool, order);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

async function open({ open: streams, bytes, ...door }: Door & Open): Promise<string | undefined> {
  emulator.reset();
  emulator.behave({ kind: 'stall', afterDeltas: 1 });
  const order = orderOf(door, bytes, true);
  for (let stream = 0; stream < streams; stream++) {
    const { statusCode, body } = await pool.request({ ...order, path: '/v1/chat/completions', method: 'POST' });
    if (statusCode !== 200) return `HTTP ${statusCode}: ${await body.text()}`;
    body.on('error', () => undefined);
    opened.push(body);
    await once(body, 'readable');
  }
  return undefined;
}

function orderOf({ origin, key, model }: Door, bytes: number, streams: boolean) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  return { origin, headers, body: chatBody({ model, bytes, streams }) };
}
