import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { Worker } from 'node:worker_threads';
import { hash } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { createApplication } from '../../src/bootstrap/application.ts';
import { THROTTLER_STORAGE } from '../../src/shared-state/shared-state.module.ts';
import { configOf, lastKey, lastModel, LIMIT_PER_MINUTE, type Size } from '../pieces/config.ts';
import type { Errand, Work } from './surroundings.ts';

export interface Crowd extends Size {
  /** Requests that the key has already made in this minute. */
  hits: number;
}

/** The whole gateway in this process, from the socket of its client to that of Bedrock and back. */
export interface StartedGateway {
  /** Resolves when the clients have done the work; rejects with what went wrong. */
  run(work: Work): Promise<void>;
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;
const ID_LENGTH = 12;

export async function startGateway(crowd: Crowd): Promise<StartedGateway> {
  // Bedrock and the clients live in a thread: their heap is another one.
  const around = new Worker(new URL('./surroundings.ts', import.meta.url));
  const upstream = (await nextMessage(around)) as string;
  const app = await createApplication(configOf(crowd, upstream));
  await app.listen(0, '127.0.0.1');
  await fillWindow(app, crowd);
  const server: Server = app.getHttpServer();
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const door = { origin, key: lastKey(crowd), model: lastModel(crowd) };
  return {
    run: async (work) => {
      around.postMessage({ ...door, ...work } satisfies Errand);
      const problem = (await nextMessage(around)) as string | undefined;
      if (problem !== undefined) throw new Error(problem);
    },
    close: async () => {
      await around.terminate();
      await app.close();
    },
  };
}

async function fillWindow(app: NestExpressApplication, crowd: Crowd): Promise<void> {
  const storage = app.get<ThrottlerStorage>(THROTTLER_STORAGE, { strict: false });
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
