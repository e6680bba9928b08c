import { setTimeout as sleep } from 'node:timers/promises';
import { EmulatorProcess } from '../support/emulator-process.ts';
import { freePort } from '../support/free-port.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import type { Attack, AttackTarget, Termination } from './attack.ts';
import { type MemoryLimit, memoryLimit } from './cgroup.ts';
import { p50, SecondKey } from './second-key.ts';
import { laidOverChart, tlsSettings } from './surroundings.ts';
import type { Result } from './table.ts';
import { type Figures, Watcher } from './watcher.ts';

const ATTACKER_KEY = 'sk-attacker';
const OTHER_KEY = 'sk-other';
const ATTACK_PATIENCE_MS = 180_000;
const DEFAULT_SLOWDOWN = 10;
/** Below this value, differences are machine noise. */
const SLOWDOWN_FLOOR_MS = 50;
/** Number of hops of a request (gateway, emulator, gateway) that a busy machine delays. */
const MACHINE_DELAYS = 4;
/** With fewer requests the p50 has no meaning, so only a standstill of the gateway counts as slow. */
const LEAST_REQUESTS = 10;
const STANDSTILL_MS = 1_000;
/** Longer than any grace period that an attack sets. */
const TERMINATION_PATIENCE_MS = 60_000;
/** The flags of `npm run start:prod` and the image. */
const NODE_ARGUMENTS = ['--max-semi-space-size=16'];

export interface Ground {
  memoryBytes: number;
  /** Folder of the run for compiled code and certificates. */
  folder: string;
}

interface Attacked {
  attack: Attack;
  gateway: GatewayProcess;
  watcher: Watcher;
  secondKey: SecondKey;
  limit: MemoryLimit;
  target: AttackTarget;
  /** Allows the process to end. */
  isTerminating: boolean;
}

/** Runs one attack against a new gateway. */
export async function play(attack: Attack, { memoryBytes, folder }: Ground): Promise<Result> {
  const limit = memoryLimit(memoryBytes);
  const emulator = new EmulatorProcess(await freePort());
  await emulator.start();
  try {
    const managementPort = await freePort();
    const gateway = await GatewayProcess.start({
      settings: laidOverChart(
        {
          bedrock: { region: 'us-east-1', endpoint: emulator.url },
          management: { port: managementPort, host: '127.0.0.1' },
          limits: { requestsPerMinute: 0 },
          metrics: { requireKey: false },
        },
        ...(attack.tls ? [tlsSettings(folder)] : []),
        attack.settings ?? {},
      ),
      keys: [
        { name: 'attacker', secret: ATTACKER_KEY },
        { name: 'other', secret: OTHER_KEY },
      ],
      nodeArguments: [...NODE_ARGUMENTS, ...limit.nodeArguments],
      launcher: limit.launcher,
      compileCache: folder,
    });
    const watcher = new Watcher(gateway.pid, limit.isEnforced ? Infinity : memoryBytes);
    const secondKey = new SecondKey(gateway.origin, OTHER_KEY, emulator.url);
    const { origin } = gateway;
    const attacked: Attacked = {
      attack,
      gateway,
      watcher,
      secondKey,
      limit,
      isTerminating: false,
      target: {
        origin,
        port: Number(new URL(origin).port),
        managementPort,
        gateway,
        attackerKey: ATTACKER_KEY,
        otherKey: OTHER_KEY,
        emulator,
        emulatorOrigin: emulator.url,
        terminate: () => terminate(attacked),
      },
    };
    try {
      return await measured(attacked);
    } finally {
      watcher.stop();
      await gateway.stop('SIGKILL');
      await secondKey.stop();
    }
  } finally {
    await emulator.stop();
    await limit.remove();
  }
}

/** Returns the figures of the attack, compared with those of the idle gateway before it. */
async function measured(attacked: Attacked): Promise<Result> {
  const { attack, watcher, secondKey } = attacked;
  await secondKey.warmUp();
  const cpuAtStart = watcher.read().cpuSeconds;
  const idle = await secondKey.idle();
  const before = watcher.read();
  const cpuOfRequest = (before.cpuSeconds - cpuAtStart) / Math.max(1, idle.length);
  const violations = await Promise.race([
    attack.run(attacked.target).catch((error: unknown) => [`the attack failed: ${(error as Error).stack}`]),
    unexpectedEnd(attacked),
    tooLate(),
  ]);
  // The attack may have failed only because the process died.
  const death = attacked.gateway.isRunning || attacked.isTerminating ? [] : await unexpectedEnd(attacked);
  const seen = await secondKey.take();
  const after = watcher.read();
  const result: Result = {
    attack,
    peakRssBytes: after.peakRssBytes,
    cpuSeconds: Math.max(0, after.cpuSeconds - before.cpuSeconds - seen.length * cpuOfRequest),
    idleP50Ms: p50(idle),
    attackedP50Ms: p50(seen),
    machineDelayMs: Math.max(0, p50(seen, 'machineMs') - p50(idle, 'machineMs')),
    stretch: stretch(before, after),
    requests: seen.length,
    failedRequests: seen.filter(({ failure }) => failure !== undefined).length,
    violations,
  };
  const firstFailure = [...idle, ...seen].find(({ failure }) => failure !== undefined)?.failure;
  return {
    ...result,
    violations: [...new Set([...death, ...violations, ...exceeded(result, attacked.limit.bytes, firstFailure)])],
  };
}

/** Returns the limits of the suite that this attack exceeded. */
function exceeded(result: Result, memoryBytes: number, firstFailure: string | undefined): string[] {
  const { attack, cpuSeconds, attackedP50Ms } = result;
  const found: string[] = [];
  if (firstFailure !== undefined) found.push(`a request of the second key failed: ${firstFailure}`);
  if (result.peakRssBytes > memoryBytes) found.push('the resident memory exceeds the limit of the container');
  if (attack.maxCpuSeconds !== undefined && cpuSeconds > attack.maxCpuSeconds) {
    found.push(`${cpuSeconds.toFixed(1)} s of CPU, at most ${attack.maxCpuSeconds} s are allowed`);
  }
  const slowest = slowestP50Ms(result);
  if (attackedP50Ms > slowest) found.push(`the p50 of the second key exceeds ${slowest.toFixed(0)} ms`);
  return found;
}

/**
 * Returns the highest allowed p50 of the second key. Delays of the machine, measured without the gateway, are added, so
 * that other processes
 * do not look like a slow gateway.
 */
function slowestP50Ms({ attack, idleP50Ms, machineDelayMs, stretch: times, requests }: Result): number {
  if (requests < LEAST_REQUESTS) return STANDSTILL_MS * times;
  const slowest = Math.max(SLOWDOWN_FLOOR_MS, idleP50Ms * (attack.maxSlowdown ?? DEFAULT_SLOWDOWN));
  return slowest * times + MACHINE_DELAYS * machineDelayMs;
}

/**
 * Maximum factor by which a busy machine widens the limit; beyond it the result is void and the run must be repeated.
 */
const MOST_STRETCH = 4;

/** Returns the factor by which other processes slow the machine: 3 if work of 20 ms takes 60 ms. */
function stretch({ mainThread: from }: Figures, { mainThread: to }: Figures): number {
  const ran = to.ranSeconds - from.ranSeconds;
  return ran > 0 ? Math.min(MOST_STRETCH, (ran + to.waitedSeconds - from.waitedSeconds) / ran) : 1;
}

/** Resolves if the process ends without `terminate`. */
async function unexpectedEnd(attacked: Attacked): Promise<string[]> {
  const { code, signal } = await attacked.gateway.ended;
  if (attacked.isTerminating) return new Promise(() => undefined);
  const reason = attacked.watcher.hasKilled
    ? 'its memory exceeded the limit'
    : attacked.gateway.output.slice(-3).join(' ');
  return [`the process died (${signal ?? `code ${code}`}): ${reason}`];
}

async function tooLate(): Promise<string[]> {
  await sleep(ATTACK_PATIENCE_MS, undefined, { ref: false });
  return [`the attack did not end within ${ATTACK_PATIENCE_MS / 1_000} s`];
}

async function terminate(attacked: Attacked): Promise<Termination> {
  const { gateway, secondKey } = attacked;
  await secondKey.stop();
  attacked.isTerminating = true;
  const startedAt = performance.now();
  gateway.signal('SIGTERM');
  const timer = setTimeout(() => gateway.signal('SIGKILL'), TERMINATION_PATIENCE_MS);
  const { code } = await gateway.ended;
  clearTimeout(timer);
  return { seconds: (performance.now() - startedAt) / 1_000, code };
}
