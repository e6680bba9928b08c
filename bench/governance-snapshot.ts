/**
 * Measures the snapshot of the governance with 100,000 keys and 1,000 teams:
 * `node --expose-gc --import ./bench/source-hook.ts bench/governance-snapshot.ts`. All records are created before the measurement.
 */
import { createHash } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GovernanceRecord } from '../src/governance/documents/governance-record.ts';
import { GovernanceSnapshot } from '../src/governance/snapshot/governance-snapshot.ts';

const KEYS = 100_000;
const TEAMS = 1_000;
const SLICE = 1_000;
const LOOKUPS = 200_000;
const AT = '2026-11-30T00:00:00.000Z';

const digest = (secret: number): Buffer => createHash('sha256').update(`k${secret}`).digest();
const idOf = (prefix: string, number: number): string => `${prefix}_${String(number).padStart(20, '0')}`;

function team(number: number, models: string[]): GovernanceRecord<'Team'> {
  const name = `team-${number}`;
  return { kind: 'Team', id: idOf('team', number), name, document: { name, models }, origin: 'database', version: 1 };
}

function key(number: number): GovernanceRecord<'Key'> {
  const name = `service-key-${number}`;
  const secrets = [{ hash: `sha256:${digest(number).toString('hex')}`, lastFour: 'abcd', created: AT }];
  const document = { name, team: `team-${number % TEAMS}`, secrets, state: 'active' as const };
  const times = { createdAt: AT, updatedAt: AT };
  return { kind: 'Key', id: idOf('key', number), name, document, origin: 'database', version: 1, ...times };
}

/** Slices as JSON, so that reading them creates objects as a database does. */
const stored: string[] = [JSON.stringify(Array.from({ length: TEAMS }, (_, number) => team(number, ['nova-*'])))];
for (let at = 0; at < KEYS; at += SLICE) {
  stored.push(JSON.stringify(Array.from({ length: SLICE }, (_, number) => key(at + number))));
}

async function* slices(): AsyncGenerator<GovernanceRecord[]> {
  for (const slice of stored) {
    await sleep(1);
    yield JSON.parse(slice) as GovernanceRecord[];
  }
}

async function memory(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    globalThis.gc!();
    await sleep(100);
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

const delay = monitorEventLoopDelay({ resolution: 1 });

async function measure(name: string, run: () => Promise<void>): Promise<void> {
  await memory();
  delay.reset();
  delay.enable();
  const begun = performance.now();
  await run();
  const ms = performance.now() - begun;
  await sleep(20);
  delay.disable();
  const longest = Math.max(0, delay.max / 1e6 - 1);
  console.log(`${name}: ${ms.toFixed(1)} ms, longest pause ${longest.toFixed(1)} ms`);
}

const snapshot = new GovernanceSnapshot();
await sleep(50);
const empty = await memory();
await measure('full load', () => snapshot.replaceDatabase(slices()));
console.log(`memory above empty: ${((await memory()) - empty).toFixed(1)} MB`);
for (let number = 0; number < KEYS; number += 10) snapshot.findSecret(digest(number));
console.log(`memory with a tenth of the keys used: ${((await memory()) - empty).toFixed(1)} MB`);
await measure('reload', () => snapshot.replaceDatabase(slices()));
const changed = team(5, ['claude-*']);
await measure('change of a team', () => snapshot.apply([{ kind: 'Team', id: changed.id, record: changed }]));
const used = digest(777);
snapshot.findSecret(used);
const begun = performance.now();
for (let round = 0; round < LOOKUPS; round++) snapshot.findSecret(used);
console.log(`lookup of a used key: ${(((performance.now() - begun) * 1e3) / LOOKUPS).toFixed(3)} us`);
