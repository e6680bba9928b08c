/** The thread around the gateway: the emulator it asks and the client that asks it, one request after the other. */
import { parentPort } from 'node:worker_threads';
import { Agent } from 'undici';
import { startEmulator } from '../../emulator/emulator.ts';
import { send } from '../load/exchange.ts';
import { chatBody } from '../load/request-body.ts';

export interface Errand {
  origin: string;
  key: string;
  model: string;
  requests: number;
  /** Of a streamed answer; 0: a plain one. */
  deltas: number;
}

const BYTES = 1_000;
/** So far apart that none catches up with the one before, also where the machine is busy. */
const PACE_MS = 1;

const emulator = await startEmulator({ paceMs: PACE_MS });
const pool = new Agent({ pipelining: 1 });
parentPort?.on('message', (errand: Errand) => {
  void run(errand).then((problem) => parentPort?.postMessage(problem));
});
parentPort?.postMessage(emulator.url);

/** What went wrong; undefined where all was well. */
async function run({ origin, key, model, requests, deltas }: Errand): Promise<string | undefined> {
  const streams = deltas > 0;
  const expectedText = 'word '.repeat(deltas || 20);
  emulator.reset();
  emulator.script([{ text: expectedText, times: requests }]);
  const order = {
    origin,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: chatBody({ model, bytes: BYTES, streams }),
    streams,
    expectedText,
    timeoutMs: 30_000,
  };
  for (let request = 0; request < requests; request++) {
    const { problem } = await send(pool, order);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
