import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import type { TestPostgres } from './postgres.ts';

const run = promisify(execFile);
const INSTALL_MS = 120_000;
const START_MS = 20_000;

/** PgBouncer in transaction mode in front of a server of a test. */
export interface TestPgBouncer {
  /** Converts the URL of a database of the server to one of PgBouncer. */
  urlOf(url: string): string;
  stop(): Promise<void>;
}

/** Returns true if PgBouncer is available. Installs Debian's package where the test may, and prints a line if that fails. */
export async function hasPgBouncer(): Promise<boolean> {
  if (await works()) return true;
  if (process.getuid?.() === 0) {
    const options = { timeout: INSTALL_MS, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    const install = ['install', '-y', '--no-install-recommends', 'pgbouncer'];
    await run('apt-get', install, options).catch(() => undefined);
  }
  if (await works()) return true;
  console.warn('PgBouncer cases are skipped: no pgbouncer on PATH, and it could not be installed with apt-get.');
  return false;
}

/** Starts PgBouncer with `connections` connections to the server for all of its clients. */
export async function startPgBouncer(postgres: TestPostgres, connections: number): Promise<TestPgBouncer> {
  const { uid, gid } = statSync(postgres.directory);
  const folder = await mkdtemp(join(tmpdir(), 'outcrop-pgbouncer-'));
  const port = await freePort();
  const { username, password } = new URL(await postgres.createDatabase());
  const users = join(folder, 'users.txt');
  await writeFile(users, `"${username}" "${password}"\n`);
  const configuration = join(folder, 'pgbouncer.ini');
  const settings = [
    '[databases]',
    `* = host=127.0.0.1 port=${postgres.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${users}`,
    'pool_mode = transaction',
    `default_pool_size = ${connections}`,
    'server_login_retry = 1',
  ];
  await writeFile(configuration, `${settings.join('\n')}\n`);
  for (const path of [folder, users, configuration]) chownSync(path, uid, gid);
  const child = spawn('pgbouncer', [configuration], { uid, gid, cwd: folder, stdio: 'ignore', env: withSbin() });
  await accepts(port, child);
  return {
    urlOf: (url) => Object.assign(new URL(url), { port: String(port) }).href,
    stop: async () => {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill('SIGKILL')) await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function accepts(port: number, child: ChildProcess): Promise<void> {
  for (const end = performance.now() + START_MS; performance.now() < end; await sleep(25)) {
    if (child.exitCode !== null) break;
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = createConnection(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
  }
  throw new Error('PgBouncer does not start');
}

function works(): Promise<boolean> {
  return run('pgbouncer', ['--version'], { env: withSbin() }).then(
    () => true,
    () => false,
  );
}

/** Returns the environment with the folder in which Debian installs PgBouncer. */
function withSbin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };
}
