/** Runs `npm run test:cluster`: the chart in a real Kubernetes, step by step, while clients send requests. */
import { writeFileSync } from 'node:fs';
import { writeTable } from '../../bench/written-table.ts';
import { type ClusterSource, ClusterUnavailable } from './cluster.ts';
import { ExistingCluster } from './existing-cluster.ts';
import { readOptions, USAGE } from './options.ts';
import { hasPrograms, OwnCluster, ownClusterObstacle } from './own-cluster.ts';
import { type Step, STEP_NAMES, type StepName } from './step.ts';
import { passed, type StepResult, table } from './table.ts';
import { TestGround } from './test-ground.ts';

const options = readOptions(process.argv.slice(2));
try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ClusterUnavailable)) throw error;
  console.log(`skipped: ${error.message}`);
  writeCounts([]);
}

async function main(): Promise<number> {
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const source = selectSource();
  if (options.prepare) {
    await new OwnCluster().prepare();
    return 0;
  }
  source.reserve();
  if (options.down) await source.stop();
  else return run(source);
  return 0;
}

/** Returns the cluster of this machine, or else an existing one. Throws ClusterUnavailable if there is neither. */
function selectSource(): ClusterSource {
  if (options.context !== '') return ExistingCluster.select(options);
  const obstacle = ownClusterObstacle();
  if (obstacle === undefined) {
    if (options.cached && !hasPrograms()) {
      throw new ClusterUnavailable('the programs of the cluster are not built; npm run test:cluster -- --prepare');
    }
    return new OwnCluster();
  }
  try {
    return ExistingCluster.select(options);
  } catch (error) {
    if (error instanceof ClusterUnavailable) throw new ClusterUnavailable(`${obstacle}; ${error.message}`);
    throw error;
  }
}

async function run(source: ClusterSource): Promise<number> {
  const names = chosenSteps(await loadSteps());
  const results: StepResult[] = [];
  let isStopping = false;
  const stop = async (): Promise<void> => {
    if (isStopping || options.keep) return;
    isStopping = true;
    await source.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      console.log(table(results));
      void stop().finally(() => process.exit(130));
    });
  }
  try {
    console.error(`the cluster is ${source.description}`);
    const ground = await TestGround.create(await source.start(), options.previous);
    for (const [name, step] of names) results.push(await play(name, step, ground));
  } finally {
    await stop();
  }
  return report(results);
}

async function loadSteps(): Promise<Map<StepName, Step>> {
  const steps = new Map<StepName, Step>();
  for (const name of STEP_NAMES) {
    const { step } = (await import(new URL(`steps/${name}.ts`, import.meta.url).href)) as { step: Step };
    steps.set(name, step);
  }
  return steps;
}

function chosenSteps(steps: ReadonlyMap<StepName, Step>): [StepName, Step][] {
  return [...steps].filter(([name, { short }]) => {
    if (options.steps.length > 0) return options.steps.includes(name);
    return !options.short || short === true;
  });
}

async function play(name: StepName, step: Step, ground: TestGround): Promise<StepResult> {
  const startedAt = performance.now();
  const common = { name, shows: step.shows };
  const secondsSoFar = (): number => (performance.now() - startedAt) / 1000;
  const skipped = step.impossible?.(ground);
  if (skipped !== undefined) return { ...common, skipped, seconds: 0, violations: [] };
  console.error(`${name} …`);
  const outcome = await step.run(ground).catch((error: Error) => ({ violations: [error.message] }));
  const result = { ...common, ...outcome, seconds: secondsSoFar() };
  const verdict = passed(result) ? 'passed' : `FAILED: ${result.violations.join('; ')}`;
  console.error(`${name} ${verdict} (${result.seconds.toFixed(0)} s)`);
  return result;
}

function report(results: readonly StepResult[]): number {
  const failed = results.filter((result) => !passed(result));
  console.log(table(results));
  writeCounts(results);
  if (options.write !== '' && failed.length === 0) writeTable(options.write, table(results), 'cluster');
  for (const { name, violations } of failed) console.log(`FAILED ${name}: ${violations.join('; ')}`);
  console.log(`\n${results.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 && results.length > 0 ? 0 : 1;
}

function writeCounts(results: readonly StepResult[]): void {
  const numFailedTests = results.filter((result) => !passed(result)).length;
  const counts = { numPassedTests: results.length - numFailedTests, numFailedTests };
  if (options.json !== '') writeFileSync(options.json, JSON.stringify(counts));
}
