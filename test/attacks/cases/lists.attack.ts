import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack, AttackTarget } from '../attack.ts';
import { Watcher } from '../watcher.ts';
import { LIST_BODIES, type ListBody } from './list-bodies.ts';

const LARGEST_BODY_BYTES = 31_000_000;
const MOST_ENTRIES = 1_000_000;
/**
 * Accepted number of entries: as many as the limits of messages and tools allow. The gateway processes the whole list.
 */
const ACCEPTED_ENTRIES = [10_000, 100_000];
/** Allowed CPU time of a list, as a multiple of plain text of the same size. */
const MOST_TIMES_PLAIN = 10;
/** CPU seconds below which differences are machine noise. */
const NOISE_SECONDS = 0.5;
/** Waits until garbage collection and the second key finish, so that they do not count for the next list. */
const PAUSE_MS = 200;

function entriesThatFit({ body, most = MOST_ENTRIES }: ListBody, wanted: number): number {
  const bytesPerEntry = (body(2_001).length - body(1_001).length) / 1_000;
  return Math.floor(Math.min(wanted, most, LARGEST_BODY_BYTES / Math.max(bytesPerEntry, 0.001)));
}

/** Measures the CPU seconds of the gateway for one request. */
class Meter {
  private readonly watcher: Watcher;
  private readonly target: AttackTarget;

  constructor(target: AttackTarget) {
    this.target = target;
    this.watcher = new Watcher(target.gateway.pid);
  }

  async send(path: string, body: string): Promise<{ status: number; cpuSeconds: number }> {
    await sleep(PAUSE_MS);
    const before = this.watcher.read().cpuSeconds;
    const response = await fetch(`${this.target.origin}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.target.attackerKey}`, 'content-type': 'application/json' },
      body,
    });
    await response.arrayBuffer();
    return { status: response.status, cpuSeconds: this.watcher.read().cpuSeconds - before };
  }

  stop(): void {
    this.watcher.stop();
  }
}

async function attackWith(bodies: readonly ListBody[], target: AttackTarget): Promise<string[]> {
  const meter = new Meter(target);
  const violations: string[] = [];
  try {
    const plain = JSON.stringify({
      model: 'claude-haiku-4-5',
      messages: [{ role: 'user', content: 'a '.repeat(LARGEST_BODY_BYTES / 4) }],
    });
    const { cpuSeconds: plainSeconds } = await meter.send('/v1/chat/completions', plain);
    for (const one of bodies) {
      const counts = new Set([...ACCEPTED_ENTRIES, MOST_ENTRIES].map((wanted) => entriesThatFit(one, wanted)));
      for (const entries of counts) {
        const body = one.body(entries);
        const { status, cpuSeconds } = await meter.send(one.path, body);
        const most = NOISE_SECONDS + (MOST_TIMES_PLAIN * plainSeconds * body.length) / plain.length;
        const what = `${entries} ${one.list} at ${one.path}`;
        if (status >= 500) violations.push(`${what}: ${status}`);
        if (cpuSeconds > most)
          violations.push(`${what}: ${cpuSeconds.toFixed(2)} s of CPU, at most ${most.toFixed(2)} s`);
      }
    }
  } finally {
    meter.stop();
  }
  return violations;
}

export const attacks: readonly Attack[] = Object.entries(LIST_BODIES).map(([api, bodies]) => ({
  name: `a million entries in each list of ${api}`,
  limit: 'limits of a request',
  settings: { responses: { store: 'memory', hostedTools: 'ignore' }, guardrail: { id: 'gr1', version: '1' } },
  maxSlowdown: 50,
  run: (target) => attackWith(bodies, target),
}));
