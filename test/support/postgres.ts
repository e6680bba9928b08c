import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chownSync, existsSync, globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const INSTALL_MS = 120_000;
const START_MS = 20_000;
const USER = 'outcrop';
const PASSWORD = 'test-password';
/** Settings that make a server of a test fast. A crash of the machine may destroy it. */
const FAST = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'shared_buffers=16MB',
  'max_connections=60',
];

/** A server of PostgreSQL in a temporary folder. */
export interface TestPostgres {
  port: number;
  /** Folder of the data, e.g. for a limit of its size. */
  directory: string;
  /** Creates an empty database. Returns its URL. */
  createDatabase(): Promise<string>;
  /** Runs statements in a database, or in the one of the administrator. Returns the rows of the last one. */
  query(text: string, url?: string): Promise<Record<string, unknown>[]>;
  /** Stops the processes without closing connections, so that statements stay unanswered. */
  pause(): void;
  resume(): void;
  /** Ends all processes as a crash would. */
  kill(): Promise<void>;
  /** Starts the server again on the same port, with its data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Returns true if a server can be started. Prints a line if not. */
export async function hasPostgres(): Promise<boolean> {
  return (await findPrograms()) !== undefined;
}

/** Where a server runs, for tests that need less space or other settings. */
export interface PostgresOptions {
  /** Parent of the data's folder. Default: the folder for temporary files. */
  parent?: string;
  /** Further settings, such as `temp_file_limit=1MB`. */
  settings?: readonly string[];
}

/** Starts a server for one test file; undefined, with a printed line, if none is available. */
export async function startPostgres({ parent = tmpdir(), settings = [] }: PostgresOptions = {}): Promise<
  TestPostgres | undefined
> {
  const programs = await findPrograms();
  if (programs === undefined) return undefined;
  const identity = await serverIdentity();
  const folder = await mkdtemp(join(parent, 'outcrop-postgres-'));
  if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid!);
  const directory = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, PASSWORD);
  const options = ['-D', directory, '-U', USER, '-A', 'scram-sha-256', '--pwfile', passwordFile];
  await run(join(programs, 'initdb'), [...options, '-E', 'UTF8', '--locale', 'C', '--no-sync'], {
    ...identity,
    cwd: folder,
  });
  const port = await freePort();
  const launch = (): Promise<ChildProcess> =>
    launched(join(programs, 'postgres'), { directory, folder, port, identity, settings });
  let server = await launch();
  let databases = 0;
  const urlOf = (name: string): string => `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${name}`;
  const query: TestPostgres['query'] = (text, url = urlOf('postgres')) => queryOnce(url, text);
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = new Promise((resolve) => server.once('exit', resolve));
    signalAll(server, 'SIGKILL');
    await exited;
  };
  return {
    port,
    directory,
    query,
    createDatabase: async () => {
      databases += 1;
      await query(`create database test_${databases}`);
      return urlOf(`test_${databases}`);
    },
    pause: () => signalAll(server, 'SIGSTOP'),
    resume: () => signalAll(server, 'SIGCONT'),
    kill,
    restart: async () => {
      await kill();
      server = await launch();
    },
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Launch {
  directory: string;
  folder: string;
  port: number;
  identity: { uid?: number; gid?: number };
  settings: readonly string[];
}

/** Starts the server in a process group, and waits until it answers. */
async function launched(
  program: string,
  { directory, folder, port, identity, settings }: Launch,
): Promise<ChildProcess> {
  const own = [
    `port=${port}`,
    `unix_socket_directories=${folder}`,
    'listen_addresses=127.0.0.1',
    'logging_collector=off',
  ];
  const options = [...own, ...FAST, ...settings].flatMap((setting) => ['-c', setting]);
  await rm(join(directory, 'postmaster.pid'), { force: true });
  const child = spawn(program, ['-D', directory, ...options], { ...identity, cwd: folder, stdio: 'ignore' });
  const deadline = Date.now() + START_MS;
  for (;;) {
    try {
      await queryOnce(`postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`, 'select 1');
      return child;
    } catch (error) {
      if (Date.now() > deadline || child.exitCode !== null) throw error;
      await sleep(25);
    }
  }
}

/** Sends a signal to the server and to its processes, each of which has a separate process group. */
function signalAll({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  const children = globSync(`/proc/${pid}/task/*/children`).flatMap((file) =>
    process.getBuiltinModule('node:fs').readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  for (const id of [pid!, ...children]) {
    try {
      process.kill(id, signal);
    } catch {
      // The process has ended.
    }
  }
}

async function queryOnce(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const result = (await client.query(text)) as pg.QueryResult | pg.QueryResult[];
    return (Array.isArray(result) ? result.at(-1)! : result).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

/** Returns the folder with `initdb` and `postgres`. Installs them if this user may. */
async function findPrograms(): Promise<string | undefined> {
  const found = installedPrograms() ?? ((await install()) ? installedPrograms() : undefined);
  if (found === undefined) {
    console.warn(
      'PostgreSQL cases are skipped: no initdb in /usr/lib/postgresql, and it could not be installed with apt-get.',
    );
  }
  return found;
}

function installedPrograms(): string | undefined {
  const folders = [...globSync('/usr/lib/postgresql/*/bin').sort().toReversed(), '/usr/local/bin', '/usr/bin'];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

async function install(): Promise<boolean> {
  if (userInfo().uid !== 0) return false;
  const options = { timeout: INSTALL_MS, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const packages = ['install', '-y', '--no-install-recommends', 'postgresql'];
  const attempt = (): Promise<boolean> =>
    run('apt-get', packages, options).then(
      () => true,
      () => false,
    );
  if (await attempt()) return true;
  await run('apt-get', ['update'], options).catch(() => undefined);
  return attempt();
}

/** Returns the user of the server, because `initdb` refuses root. */
async function serverIdentity(): Promise<Launch['identity']> {
  if (userInfo().uid !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all(
        ['-u', '-g'].map(async (option) => Number((await run('id', [option, name])).stdout)),
      );
      return { uid, gid };
    } catch {
      // The next one.
    }
  }
  return {};
}
