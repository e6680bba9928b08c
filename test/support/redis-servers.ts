import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const START_MS = 20_000;
/** Long enough for the creation of a cluster. */
const COMMAND_MS = 60_000;

/** One process of Redis, with its own folder. */
export interface RedisServer {
  port: number;
  address: string;
  /** Runs `redis-cli` on the server, with arguments for the connection first. Returns its output. */
  cli: (...command: string[]) => Promise<string>;
  /** Stops the process without closing connections, as a lost machine would. */
  pause: () => void;
  kill: () => Promise<void>;
}

/** Servers that Sentinels watch under the name `mymaster`. */
export interface SentinelGroup {
  primary: RedisServer;
  replica: RedisServer;
  sentinels: readonly RedisServer[];
}

/** Servers of one test, which `stop` ends. */
export class RedisServers {
  private readonly stops: (() => Promise<void>)[] = [];

  private readonly server: string;
  private readonly cliOptions: readonly string[];

  /** `cliOptions` are arguments of `redis-cli` for all servers, e.g. for TLS or a password. */
  constructor(cliOptions: readonly string[] = [], server = 'redis-server') {
    this.cliOptions = cliOptions;
    this.server = server;
  }

  /** Starts a server. `options` are directives of redis.conf. */
  async start(options: readonly string[], port?: number, mode: 'server' | 'sentinel' = 'server'): Promise<RedisServer> {
    const own = port ?? (await freePort());
    const directory = await mkdtemp(join(tmpdir(), 'outcrop-redis-'));
    const file = join(directory, 'redis.conf');
    const tls = options.some((line) => line.startsWith('tls-port'));
    const lines = [
      ...(tls ? [] : [`port ${own}`]),
      'bind 127.0.0.1',
      `dir ${directory}`,
      ...(mode === 'sentinel' ? [] : ['save ""', 'appendonly no', 'repl-diskless-sync-delay 0']),
      ...options,
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    const child = spawn(this.server, [file, ...(mode === 'sentinel' ? ['--sentinel'] : [])], { stdio: 'ignore' });
    const kill = () => ended(child);
    this.stops.push(async () => {
      await kill();
      await rm(directory, { recursive: true, force: true });
    });
    await listening(own);
    return {
      port: own,
      address: `127.0.0.1:${own}`,
      cli: async (...command) => {
        const access = ['-p', String(own), ...this.cliOptions];
        return (await run('redis-cli', [...access, ...command], { timeout: COMMAND_MS })).stdout.trim();
      },
      pause: () => void child.kill('SIGSTOP'),
      kill,
    };
  }

  /** Starts a cluster of three primaries, each with `replicas` replicas. `options` are directives for all of them. */
  async startCluster(replicas: 0 | 1, options: (port: number) => readonly string[] = () => []): Promise<RedisServer[]> {
    const clustered = ['cluster-enabled yes', 'cluster-node-timeout 1500', 'cluster-replica-validity-factor 0'];
    const servers: RedisServer[] = [];
    for (let index = 0; index < 3 * (1 + replicas); index += 1) {
      const port = await freePort();
      // The port of the cluster bus is 10,000 above by default, which may be above the maximum.
      const bus = await freePort();
      servers.push(await this.start([...clustered, `cluster-port ${bus}`, ...options(port)], port));
    }
    const create = ['--cluster', 'create', ...servers.map(({ address }) => address)];
    await servers[0]!.cli(...create, '--cluster-replicas', String(replicas), '--cluster-yes');
    for (const server of servers) {
      await until(async () => (await server.cli('cluster', 'info')).includes('cluster_state:ok'));
    }
    return servers;
  }

  /** Starts a primary with one replica, and three Sentinels that agree on them. All require passwords. */
  async startSentinels(passwords: { server: string; sentinel: string }): Promise<SentinelGroup> {
    const { server, sentinel } = passwords;
    const own = [`requirepass ${server}`, `masterauth ${server}`];
    const primary = await this.start(own);
    const replica = await this.start([...own, `replicaof 127.0.0.1 ${primary.port}`]);
    const replicated = /master_link_status:up/;
    await until(async () => replicated.test(await replica.cli('-a', server, 'info', 'replication')));
    const watching = [
      `sentinel monitor mymaster 127.0.0.1 ${primary.port} 2`,
      `sentinel auth-pass mymaster ${server}`,
      'sentinel down-after-milliseconds mymaster 1000',
      'sentinel failover-timeout mymaster 3000',
      `sentinel sentinel-pass ${sentinel}`,
      `requirepass ${sentinel}`,
    ];
    const sentinels: RedisServer[] = [];
    for (let index = 0; index < 3; index += 1) sentinels.push(await this.start(watching, undefined, 'sentinel'));
    for (const one of sentinels) {
      await until(async () => {
        const known = await one.cli('-a', sentinel, 'sentinel', 'master', 'mymaster');
        return /num-slaves\n1\n/.test(known) && /num-other-sentinels\n2\n/.test(known);
      });
    }
    return { primary, replica, sentinels };
  }

  async stop(): Promise<void> {
    await Promise.all(this.stops.splice(0).map((stop) => stop()));
  }
}

/** Waits for a condition, and rejects after 30 seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await condition()); waited += 50) {
    if (waited > 30_000) throw new Error(`timed out: ${condition.toString()}`);
    await sleep(50);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}

async function listening(port: number): Promise<void> {
  const end = Date.now() + START_MS;
  while (Date.now() < end) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await sleep(25);
  }
  throw new Error(`redis-server does not listen on port ${port}`);
}
