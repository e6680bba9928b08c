import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { Worker } from 'node:worker_threads';
import { hash } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { createApplication } from '../../src/application.ts';
import { REQUEST_COUNTER } from '../../src/storage/storage.module.ts';
import { configOf, lastKey, lastModel, LIMIT_PER_MINUTE, type Size } from '../pieces/config.ts';
import { divided } from './laws.ts';
import type { Count, Meter } from './meter.ts';
import type { Errand } from './surroundings.ts';

/** Of the whole gateway, from the socket of its client to that of Bedrock and back. */
export interface GatewayCosts {
  request: Count;
  /** Each delta arrives alone: the dearest way there is. */
  delta: Count;
  /** Bytes that a stream keeps while it is open and silent. */
  openStream: number;
  /** The same for each byte of a long request. */
  openStreamPerByte: number;
}

export interface Crowd extends Size {
  /** Requests that the key has already made in this minute. */
  hits: number;
}

const REQUESTS = 100;
const DELTAS = 100;
const STREAMS = 3;
const OPEN_STREAMS = 40;
const SHORT_BYTES = 1_000;
const LONG_BYTES = 101_000;
const MINUTE_MS = 60_000;
const WARM_UP_REQUESTS = 100;
const ID_LENGTH = 12;

export async function measureGateway(meter: Meter, crowd: Crowd): Promise<GatewayCosts> {
  // Bedrock and the clients live in a thread: their heap is another one.
  const around = new Worker(new URL('./surroundings.ts', import.meta.url));
  const upstream = (await nextMessage(around)) as string;
  const app = await createApplication(configOf(crowd, upstream));
  await app.listen(0, '127.0.0.1');
  await fillWindow(app, crowd);
  const server: Server = app.getHttpServer();
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const errand = { origin, key: lastKey(crowd), model: lastModel(crowd) };
  const run = async (how: Omit<Errand, keyof typeof errand>): Promise<void> => {
    around.postMessage({ ...errand, ...how } satisfies Errand);
    const problem = (await nextMessage(around)) as string | undefined;
    if (problem !== undefined) throw new Error(problem);
  };
  await run({ requests: WARM_UP_REQUESTS, deltas: 0 });
  const request = await meter.count(() => run({ requests: REQUESTS, deltas: 0 }));
  const short = await meter.count(() => run({ requests: STREAMS, deltas: 1 }));
  const long = await meter.count(() => run({ requests: STREAMS, deltas: DELTAS + 1 }));
  const deltas = { bytes: long.bytes - short.bytes, operations: long.operations - short.operations };
  const kept = async (bytes: number): Promise<number> => {
    const before = await meter.kept();
    await run({ open: OPEN_STREAMS, bytes });
    const after = await meter.kept();
    await run({ open: 0 });
    return (after - before) / OPEN_STREAMS;
  };
  // The first of all compiles.
  await kept(SHORT_BYTES);
  const openStream = await kept(SHORT_BYTES);
  const openStreamPerByte = ((await kept(LONG_BYTES)) - openStream) / (LONG_BYTES - SHORT_BYTES);
  await around.terminate();
  await app.close();
  return {
    request: divided(request, REQUESTS),
    delta: divided(deltas, STREAMS * DELTAS),
    openStream,
    openStreamPerByte,
  };
}

async function fillWindow(app: NestExpressApplication, crowd: Crowd): Promise<void> {
  const storage = app.get<ThrottlerStorage>(REQUEST_COUNTER, { strict: false });
  const caller = hash('sha256', lastKey(crowd)).slice(0, ID_LENGTH);
  for (let hit = 0; hit < crowd.hits; hit++) {
    await storage.increment(caller, MINUTE_MS, LIMIT_PER_MINUTE, 0, 'default');
  }
}

function nextMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (message) => {
      worker.off('error', reject);
      resolve(message);
    });
  });
}
