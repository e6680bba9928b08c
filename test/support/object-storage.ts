import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { pythonTools } from './python-tools.ts';

const START_MS = 30_000;
const POLL_MS = 50;

/** A server with the API of S3 (moto). It keeps objects in memory, and accepts any credentials. */
export interface ObjectStorage {
  /** Origin, for `endpoint`. The bucket is in the path. */
  endpoint: string;
  createBucket(name: string): Promise<void>;
  /** Removes all buckets. */
  reset(): Promise<void>;
  /** Stops the process without closing connections. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** Starts a server for one test file, and sets credentials for the SDK; undefined, with a printed line, if it is missing. */
export async function startObjectStorage(): Promise<ObjectStorage | undefined> {
  const tools = await pythonTools();
  if (tools === undefined) return undefined;
  process.env.AWS_ACCESS_KEY_ID ??= 'test';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'test';
  process.env.AWS_REGION ??= 'us-east-1';
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(join(tools, 'moto_server'), ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  await answering(endpoint, child);
  return {
    endpoint,
    createBucket: async (name) => void (await fetch(`${endpoint}/${name}`, { method: 'PUT' })),
    reset: async () => void (await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' })),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop: async () => {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function answering(endpoint: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const answer = await fetch(`${endpoint}/moto-api/data.json`).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > deadline || child.exitCode !== null) throw new Error('moto_server does not answer');
    await sleep(POLL_MS);
  }
}
