import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const CAN_PIN = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

/** Core of a process: the first core is for the measured process only; load and upstream share the last one. */
export type Core = 'measured' | 'around';

export interface ServerOptions {
  name: string;
  args: readonly string[];
  environment: Record<string, string>;
  core: Core;
  /** Resolves to true when the server accepts requests. */
  isReady: () => Promise<boolean>;
}

/** Server in a separate process. */
export interface ServerProcess {
  pid: number;
  /** Milliseconds from its start until it accepted requests. */
  readyMs: number;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

/** Starts `node ARGS`. Its output goes to a file in the temporary folder, as with log files in production. */
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
    if (child.exitCode !== null) throw new Error(`${options.name} stopped with code ${child.exitCode}. See ${log}`);
    if (performance.now() - startedAt > START_TIMEOUT_MS)
      throw new Error(`${options.name} was not ready within ${START_TIMEOUT_MS / 1000} s. See ${log}`);
    await sleep(5);
  }
  return {
    pid: child.pid!,
    readyMs: performance.now() - startedAt,
    stop: (signal = 'SIGTERM') => stop(child, signal),
  };
}

/** Pins this process to the core for load and upstream. */
export function pinThisProcess(): void {
  if (CAN_PIN) execFileSync('taskset', ['-acp', coreOf('around'), String(process.pid)], { stdio: 'ignore' });
}

export function describePinning(): string {
  return CAN_PIN ? 'pinned to one core, load and upstream to another' : 'not pinned (no taskset, or one core)';
}

/** Returns the command that pins a process. The process id stays that of the server, because taskset calls `exec`. */
function pinned(core: Core): string[] {
  return CAN_PIN ? ['taskset', '-c', coreOf(core)] : [];
}

function coreOf(core: Core): string {
  return core === 'measured' ? '0' : String(availableParallelism() - 1);
}

/** Removes settings of the gateway and credentials from the environment, so that they cannot affect a measurement. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isSetting = /^(AWS_|GATEWAY|EMULATOR_|NODE_|REDIS_URL$|LOG_LEVEL$|DEBUG_MODE$|PORT$)/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isSetting.test(name)));
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const timeout = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timeout);
}
