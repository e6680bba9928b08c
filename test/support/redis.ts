import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const INSTALL_MS = 60_000;

export interface TestRedis {
  url: string;
  /** Stops the process without closing connections, so that commands stay unanswered. */
  pause(): void;
  resume(): void;
  /** Kills the process as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a Redis for one test; undefined, with a printed line, if none is available. */
export async function startRedis(): Promise<TestRedis | undefined> {
  if (!(await hasRedis())) return undefined;
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'outcrop-redis-'));
  let server = await launch(port, directory);
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await exited;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    kill,
    restart: async () => {
      await kill();
      server = await launch(port, directory);
    },
    stop: async () => {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Returns true if `redis-server` can be started. Prints a line if not. */
export async function hasRedis(): Promise<boolean> {
  if ((await isInstalled()) || (await install())) return true;
  console.warn('Redis cases are skipped: no redis-server on PATH, and it could not be installed with apt-get.');
  return false;
}

async function isInstalled(): Promise<boolean> {
  return run('redis-server', ['--version']).then(
    () => true,
    () => false,
  );
}

async function install(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const options = { timeout: INSTALL_MS, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  return run('apt-get', ['install', '-y', 'redis-server'], options).then(isInstalled, () => false);
}

async function launch(port: number, directory: string): Promise<ChildProcess> {
  const options = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    directory,
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const server = spawn('redis-server', options, { stdio: 'ignore' });
  const client = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if (
        await client.connect().then(
          () => true,
          () => false,
        )
      )
        return server;
      await sleep(50);
    }
  } finally {
    client.disconnect();
  }
  server.kill('SIGKILL');
  throw new Error('redis-server did not start');
}
