/**
 * Runs `npm run test:attacks`: requests of clients without a key and of one key that try to take the gateway out of
 * service.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTable } from '../../bench/written-table.ts';
import type { Attack } from './attack.ts';
import { memoryLimit } from './cgroup.ts';
import { readOptions, USAGE } from './options.ts';
import { play } from './play.ts';
import { chartMemoryBytes } from './surroundings.ts';
import { type Result, table } from './table.ts';

const CASES = new URL('cases/', import.meta.url);

const options = readOptions(process.argv.slice(2));
if (options.help) console.log(USAGE);
else process.exitCode = await run();

async function run(): Promise<number> {
  const memoryBytes = chartMemoryBytes();
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-attacks-'));
  const results: Result[] = [];
  for (const attack of await chosen()) {
    const startedAt = performance.now();
    const result = await play(attack, { memoryBytes, folder }).catch((error: Error) => notPlayed(attack, error));
    results.push(result);
    const outcome = result.violations.length === 0 ? 'held' : 'FAILED';
    console.error(`${outcome} in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s: ${attack.name}`);
  }
  rmSync(folder, { recursive: true, force: true });
  const text = `${await limitLine(memoryBytes)}\n\n${table(results)}`;
  console.log(text);
  const failed = results.filter(({ violations }) => violations.length > 0).length;
  if (options.write !== '' && failed === 0) writeTable(options.write, text, 'attacks');
  const counts = { numPassedTests: results.length - failed, numFailedTests: failed };
  if (options.json !== '') writeFileSync(options.json, JSON.stringify(counts));
  console.log(`\n${counts.numPassedTests} passed, ${failed} failed`);
  return failed === 0 && results.length > 0 ? 0 : 1;
}

/** Returns the result of an attack that could not run, e.g. because the gateway does not start with its settings. */
function notPlayed(attack: Attack, error: Error): Result {
  const times = { cpuSeconds: 0, idleP50Ms: 0, attackedP50Ms: 0, machineDelayMs: 0, stretch: 1 };
  return {
    attack,
    ...times,
    peakRssBytes: 0,
    requests: 0,
    failedRequests: 0,
    violations: [`could not run: ${error.message}`],
  };
}

/** Returns a line about how this machine enforced the limit. */
async function limitLine(memoryBytes: number): Promise<string> {
  const limit = memoryLimit(memoryBytes);
  await limit.remove();
  return `Memory limit: ${memoryBytes / 2 ** 20} MiB (the chart's), enforced by ${limit.description}.`;
}

/** Returns the attacks of all case files by file name, filtered by the options. */
async function chosen(): Promise<Attack[]> {
  const files = readdirSync(CASES).filter((name) => name.endsWith('.attack.ts'));
  const attacks: Attack[] = [];
  const names = new Set<string>();
  for (const file of files.sort()) {
    const { attacks: found } = (await import(new URL(file, CASES).href)) as { attacks: readonly Attack[] };
    for (const attack of found) {
      if (names.has(attack.name)) throw new Error(`${file}: another attack has the name '${attack.name}'`);
      names.add(attack.name);
      if (options.short && !attack.short) continue;
      if (`${attack.name} / ${attack.limit} / ${file}`.includes(options.only)) attacks.push(attack);
    }
  }
  return attacks;
}
