/** `npm run bench`: measures the cost of the built gateway from outside its process. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Contender, floor, frame, gateway, type RunningContender } from './contenders.ts';
import { type Figures, merged } from './figures.ts';
import { measure, measureStart, warmUp } from './measure.ts';
import { type BenchOptions, readOptions, USAGE } from './options.ts';
import { PROFILE_ENDS_WITH, renderProfile, profilingArguments } from './profile.ts';
import { remarks, table } from './report.ts';
import { chosenScenarios } from './scenarios.ts';
import { pinThisProcess, describePinning } from './server-process.ts';
import { openUpstream, type Upstream } from './upstreams.ts';
import { CAN_MEASURE } from './usage.ts';
import { writeTable } from './written-table.ts';

/** Duration of the warm-up with plain requests, and again with streams. */
const WARM_UP_SECONDS = 8;
const STARTS = { short: 1, full: 3 };

interface Result {
  /** Date, machine and upstream of the measurement. */
  setting: string;
  figures: Figures[];
}

const options = readOptions(process.argv.slice(2));
if (options.help) console.log(USAGE);
else if (options.record) await (await import('./allocation/record.ts')).record();
else await run(options);

async function run(options: BenchOptions): Promise<void> {
  pinThisProcess();
  const cache = mkdtempSync(join(tmpdir(), 'outcrop-bench-'));
  const upstream = await openUpstream(options.upstream);
  const setting = headline(upstream);
  console.log(setting);
  try {
    if (options.profile) return console.log(await profileScenarios(options, upstream, cache));
    const contenders = [gateway(upstream, options, cache)];
    if (options.frame) contenders.push(frame(upstream, options, cache));
    const least = options.floor ? floor(upstream, cache) : undefined;
    if (least) contenders.push(least);
    else if (options.floor) console.log('The floor is not measured: ../shared/bench does not exist.');
    const figures = merged(await rounds(options, upstream, contenders));
    report(options, setting, figures);
  } finally {
    await upstream.close();
    rmSync(cache, { recursive: true, force: true });
  }
}

async function rounds(options: BenchOptions, upstream: Upstream, contenders: Contender[]): Promise<Figures[]> {
  const form = options.short ? 'short' : 'full';
  const all: Figures[] = [];
  if (options.only.length === 0 || options.only.includes('start')) {
    for (const contender of contenders) {
      // The start of the frame includes the compilation of its sources.
      if (contender.name !== 'frame') all.push(...(await measureStart(contender, STARTS[form])));
    }
  }
  const running = new Map<Contender, RunningContender>();
  for (const contender of contenders) {
    const started = await contender.start();
    running.set(contender, started);
    await warmUp(contender, started, options.short ? options.seconds : WARM_UP_SECONDS, upstream);
  }
  for (const scenario of chosenScenarios(form, options.only)) {
    // Alternates between contenders, so that other load on the machine affects all of them.
    for (let round = 0; round < options.rounds; round++) {
      for (const contender of contenders) {
        if (scenario.streams && !contender.streams) continue;
        const one = await measure(scenario, contender, running.get(contender)!, { seconds: options.seconds, upstream });
        console.error(`${scenario.name} ${contender.name}: ${progressOf(one)}`);
        all.push(one);
      }
    }
  }
  for (const server of running.values()) await server.stop();
  return all;
}

/**
 * Runs the scenarios against a gateway under the profiler. Returns the profile, because the figures of such a process
 * are not valid.
 */
async function profileScenarios(options: BenchOptions, upstream: Upstream, cache: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-profile-'));
  const only = options.only.length > 0 ? options.only : ['chat-16', 'stream-16'];
  const contender = gateway(upstream, options, cache);
  const startedAt = performance.now();
  const running = await contender.start(profilingArguments(folder));
  await warmUp(contender, running, WARM_UP_SECONDS, upstream);
  const skippedMs = performance.now() - startedAt;
  for (const scenario of chosenScenarios('full', only)) {
    const one = await measure({ ...scenario, holds: false }, contender, running, {
      seconds: options.seconds,
      upstream,
    });
    console.error(`${scenario.name}: ${progressOf(one)}`);
    if (one.errors > 0) process.exitCode = 1;
  }
  await running.stop(PROFILE_ENDS_WITH);
  return renderProfile(folder, skippedMs);
}

function report(options: BenchOptions, setting: string, figures: Figures[]): void {
  const earlier = options.compare === '' ? undefined : readResult(options.compare);
  console.log(`\n${table(figures, earlier?.figures)}\n`);
  for (const remark of remarks(figures)) console.log(remark);
  if (earlier) console.log(`Before: ${earlier.setting}`);
  const result: Result = { setting, figures };
  if (options.json) writeFileSync(options.json, `${JSON.stringify(result, null, 1)}\n`);
  if (options.write) writeTable(options.write, `${setting}\n\n${table(figures)}`);
  if (figures.some(({ errors }) => errors > 0)) process.exitCode = 1;
}

function headline(upstream: Upstream): string {
  const [cpu] = cpus();
  const measured = CAN_MEASURE ? describePinning() : 'CPU and memory not measured (requires Linux)';
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, Node ${process.versions.node}, ${cpu?.model.trim() ?? 'unknown CPU'}; upstream: ${upstream.name}; gateway ${measured}.`;
}

function progressOf(one: Figures): string {
  if (one.errors > 0) return `${one.errors} errors. First error: ${one.firstError}`;
  return `${one.cpuMicrosPerRequest.toFixed(0)} us CPU per request, p50 ${one.latency.p50.toFixed(2)} ms`;
}

/** Reads an earlier result. JSON contains null for figures that were not measured. */
function readResult(file: string): Result {
  const text = readFileSync(file, 'utf8');
  return JSON.parse(text, (_, value: unknown) => (value === null ? NaN : value)) as Result;
}
