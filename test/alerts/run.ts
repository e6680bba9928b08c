/**
 * Runs `npm run test:alerts`: each alert of the chart fires in a Prometheus when its condition arises, and resolves
 * when it ends.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { alertList } from '../../scripts/alert-list.ts';
import { goTools } from '../deploy/go-tools.ts';
import { prometheusTools } from '../support/prometheus-tools.ts';
import type { AlertCase } from './alert-case.ts';
import { KubeState } from './kube-state.ts';
import { play } from './play.ts';
import { Prometheus } from './prometheus.ts';
import { scaledRules } from './scaled-rules.ts';
import { Stage } from './stage.ts';
import { type Result, table } from './table.ts';

const CASES = new URL('cases/', import.meta.url);
/** Longer than all windows and durations of alerts with the settings of this suite. */
const QUIET_MS = 8_000;

const { json, only } = parseArgs({
  options: { json: { type: 'string', default: '' }, only: { type: 'string', default: '' } },
}).values;
process.exitCode = await run();

async function run(): Promise<number> {
  const programs = { helm: (await goTools())?.helm, prometheus: (await prometheusTools())?.prometheus };
  const { helm, prometheus } = programs;
  if (helm === undefined || prometheus === undefined) return report([], 'skipped');
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-alerts-'));
  const kubeState = await KubeState.start();
  const closers: (() => Promise<void> | void)[] = [() => kubeState.stop()];
  try {
    const cases = await chosen();
    const results = await playAll(cases, { helm, program: prometheus, folder, kubeState, closers });
    return report([...results, ...(only === '' ? withoutCase(cases) : [])], 'ran');
  } finally {
    await Promise.all(closers.map(async (close) => close()));
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Ground {
  helm: string;
  program: string;
  folder: string;
  kubeState: KubeState;
  /** Functions that stop what has started. */
  closers: (() => Promise<void> | void)[];
}

async function playAll(cases: readonly AlertCase[], ground: Ground): Promise<Result[]> {
  const { helm, program, folder, kubeState, closers } = ground;
  const rulesOf = scaledRules(helm);
  const stages: Stage[] = [];
  const start = async (alertCase: AlertCase): Promise<void> => {
    const stage = await Stage.start(alertCase, kubeState, folder);
    if (stage === undefined) return;
    closers.push(() => stage.stop());
    stages.push(stage);
  };
  // The first one fills the cache of compiled code for the others.
  await start(cases[0]!);
  await Promise.all(cases.slice(1).map(start));
  const prometheus = await Prometheus.start({
    program,
    folder,
    pods: stages.flatMap(({ pod }) => pod ?? []),
    kubeState: kubeState.address,
    rules: cases.map(({ name }) => rulesOf(name)),
  });
  closers.push(() => prometheus.stop());
  await sleep(QUIET_MS);
  return (await Promise.all(stages.map((stage) => play(stage, prometheus)))).flat();
}

/** Returns a failed result for each alert that no case makes fire. */
function withoutCase(cases: readonly AlertCase[]): Result[] {
  const tested = new Set(cases.flatMap(({ alerts }) => Object.keys(alerts)));
  return alertList()
    .alerts.filter(({ alert }) => !tested.has(alert))
    .map(({ alert }) => ({ alert, alertCase: NO_CASE, violations: ['no case in test/alerts/cases makes it fire'] }));
}

const NO_CASE: AlertCase = { name: '', condition: '', alerts: {}, replicas: { available: 0, specified: 0 } };

function report(results: readonly Result[], outcome: 'ran' | 'skipped'): number {
  const failed = results.filter(({ violations }) => violations.length > 0).length;
  const counts = { numPassedTests: results.length - failed, numFailedTests: failed };
  if (json !== '') writeFileSync(json, JSON.stringify(counts));
  if (outcome === 'skipped') return 0;
  console.log(`${table(results)}\n\n${counts.numPassedTests} passed, ${failed} failed`);
  return failed === 0 && results.length > 0 ? 0 : 1;
}

/** Returns the cases of all files whose name contains the option `--only`. */
async function chosen(): Promise<AlertCase[]> {
  const cases: AlertCase[] = [];
  for (const file of readdirSync(CASES).toSorted()) {
    const { cases: found } = (await import(new URL(file, CASES).href)) as { cases: readonly AlertCase[] };
    for (const alertCase of found) {
      if (cases.some(({ name }) => name === alertCase.name))
        throw new Error(`${file}: another case is ${alertCase.name}`);
      if (alertCase.name.includes(only)) cases.push(alertCase);
    }
  }
  return cases;
}
