import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { Worker } from 'node:worker_threads';
import { hash } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { createApplication } from '../../src/bootstrap/application.ts';
import { THROTTLER_STORAGE } from '../../src/shared-state/shared-state.module.ts';
import { configOf, lastKey, lastModel, LIMIT_PER_MINUTE, type Size } from '../pieces/config.ts';
import type { Task, Work } from './client-and-upstream.ts';

export interface GatewayLoad extends Size {
  /** Requests of the key in the current minute. */
  hits: number;
}

/** The whole gateway in this process, including its sockets. */
export interface StartedGateway {
  /** Resolves when the client has done the work. Rejects if a request failed. */
  run(work: Work): Promise<void>;
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;
const ID_LENGTH = 12;

export async function startGateway(load: GatewayLoad): Promise<StartedGateway> {
  // Client and upstream run in a thread, because a thread has a separate heap.
  const thread = new Worker(new URL('./client-and-upstream.ts', import.meta.url));
  const upstream = (await nextMessage(thread)) as string;
  const app = await createApplication(configOf(load, upstream));
  await app.listen(0, '127.0.0.1');
  await fillWindow(app, load);
  const server: Server = app.getHttpServer();
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connection = { origin, key: lastKey(load), model: lastModel(load) };
  return {
    run: async (work) => {
      thread.postMessage({ ...connection, ...work } satisfies Task);
      const problem = (await nextMessage(thread)) as string | undefined;
      if (problem !== undefined) throw new Error(problem);
    },
    close: async () => {
      await thread.terminate();
      await app.close();
    },
  };
}

async function fillWindow(app: NestExpressApplication, load: GatewayLoad): Promise<void> {
  const storage = app.get<ThrottlerStorage>(THROTTLER_STORAGE, { strict: false });
  const caller = hash('sha256', lastKey(load)).slice(0, ID_LENGTH);
  for (let hit = 0; hit < load.hits; hit++) {
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
