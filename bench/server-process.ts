import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const CAN_PIN = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;
const START_PATIENCE_MS = 60_000;
const STOP_PATIENCE_MS = 10_000;

/** What is measured has the first core to itself; load and upstream share the last. */
export type Core = 'measured' | 'around';

export interface ServerOptions {
  name: string;
  args: readonly string[];
  environment: Record<string, string>;
  core: Core;
  /** Resolves to true once the server takes requests. */
  isReady: () => Promise<boolean>;
}

/** A server in a process of its own. */
export interface ServerProcess {
  pid: number;
  /** Milliseconds from its start until it took requests. */
  readyMs: number;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

/** Starts `node ARGS`; its output goes to a file in the temporary folder, as a log goes to one in production. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const log = join(tmpdir(), `outcrop-bench-${options.name}.log`);
  const output = openSync(log, 'w');
  const command = [...pinned(options.core), process.execPath, ...options.args];
  const startedAt = performance.now();
  const child = spawn(command[0]!, command.slice(1), {
    env: { ...withoutSettings(process.env), ...options.environment },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  running.add(child);
  child.once('exit', () => running.delete(child));
  while (!(await options.isReady())) {
    if (child.exitCode !== null) throw new Error(`${options.name} stopped with code ${child.exitCode}, see ${log}`);
    if (performance.now() - startedAt > START_PATIENCE_MS)
      throw new Error(`${options.name} does not start, see ${log}`);
    await sleep(5);
  }
  return {
    pid: child.pid!,
    readyMs: performance.now() - startedAt,
    stop: (signal = 'SIGTERM') => stop(child, signal),
  };
}

/** The load of this process stays off the measured core. */
export function pinThisProcess(): void {
  if (CAN_PIN) execFileSync('taskset', ['-acp', coreOf('around'), String(process.pid)], { stdio: 'ignore' });
}

export function pinningTold(): string {
  return CAN_PIN ? 'pinned to one core, load and upstream to another' : 'not pinned (no taskset, or one core)';
}

/** taskset becomes the process it starts: the process id is the server's. */
function pinned(core: Core): string[] {
  return CAN_PIN ? ['taskset', '-c', coreOf(core)] : [];
}

function coreOf(core: Core): string {
  return core === 'measured' ? '0' : String(availableParallelism() - 1);
}

/** Settings of this machine's gateway, and real credentials, have no place in a measurement. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isForeign = /^(AWS_|GATEWAY|EMULATOR_|NODE_|REDIS_URL$|LOG_LEVEL$|DEBUG_MODE$|PORT$)/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isForeign.test(name)));
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const patience = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
  await exited;
  clearTimeout(patience);
}
