/** Runs `npm run test:chaos`: failures of Bedrock, the network and the gateway's own environment, case by case. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTable } from '../../bench/written-table.ts';
import type { Case } from './case.ts';
import { Ground, Unavailable } from './ground.ts';
import { matrix } from './matrix.ts';
import { readOptions, USAGE } from './options.ts';
import { play, type Result } from './play.ts';
import { passed, table } from './table.ts';

const options = readOptions(process.argv.slice(2));
if (options.help) console.log(USAGE);
else process.exitCode = await run();

async function run(): Promise<number> {
  const compileCache = mkdtempSync(join(tmpdir(), 'outcrop-chaos-code-'));
  const { results, skipped } = await playAll(chosen(matrix()), compileCache);
  rmSync(compileCache, { recursive: true, force: true });
  const failed = results.filter((result) => !passed(result)).length;
  console.log(table(results));
  for (const reason of skipped) console.log(`skipped: ${reason}`);
  if (options.write !== '' && failed === 0) writeTable(options.write, table(results), 'chaos');
  const counts = { numPassedTests: results.length - failed, numFailedTests: failed };
  if (options.json !== '') writeFileSync(options.json, JSON.stringify(counts));
  console.log(`\n${counts.numPassedTests} passed, ${failed} failed`);
  return failed === 0 && results.length > 0 ? 0 : 1;
}

function chosen(cases: Case[]): Case[] {
  return cases.filter(({ fault }) => {
    if (options.short && !fault.short) return false;
    return `${fault.name} / ${fault.when} / ${fault.stage}`.includes(options.only);
  });
}

/** Runs the cases grouped by ground, in the order of the matrix within each group. */
async function playAll(
  cases: readonly Case[],
  compileCache: string,
): Promise<{ results: Result[]; skipped: string[] }> {
  const results = new Map<Case, Result>();
  const skipped: string[] = [];
  for (const together of Map.groupBy(cases, ({ fault, targets }) => `${fault.stage}, ${targets} target(s)`)) {
    const [name, some] = together;
    try {
      await playOn(some, compileCache, results);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      skipped.push(`${name} (${some.length} cases): ${error.message}`);
    }
  }
  return { results: cases.flatMap((one) => results.get(one) ?? []), skipped };
}

async function playOn(cases: readonly Case[], compileCache: string, results: Map<Case, Result>): Promise<void> {
  const { fault, targets } = cases[0]!;
  const startedAt = performance.now();
  const ground = await Ground.open(fault.stage, targets, cases, compileCache);
  try {
    const played: Promise<Result>[] = [];
    for (const one of cases) played.push((await play(one, ground)).result);
    for (const result of await Promise.all(played)) results.set(result.one, result);
  } finally {
    await ground.close();
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    console.error(`${fault.stage}, ${targets} target(s): ${cases.length} cases in ${seconds} s`);
  }
}
