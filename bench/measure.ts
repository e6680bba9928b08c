import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender, RunningContender } from './contenders.ts';
import { type Figures, NOTHING_MEASURED } from './figures.ts';
import type { Order } from './load/exchange.ts';
import { load, type LoadResult } from './load/load.ts';
import { chatBody } from './load/request-body.ts';
import { type Scenario, SCENARIOS } from './scenarios.ts';
import type { Upstream } from './upstreams.ts';
import { residentKb, type Use, watch } from './usage.ts';

export interface MeasureOptions {
  seconds: number;
  upstream: Upstream;
}

const TIMEOUT_MS = 60_000;
/** Time after a start until garbage collection has finished. */
const REST_MS = 1_000;
const WARM_UP = SCENARIOS.filter(({ name }) => name === 'chat-16' || name === 'stream-16');

/** Measures starts of the contender, after one start that fills the compile cache. */
export async function measureStart(contender: Contender, starts: number): Promise<Figures[]> {
  const rounds: Figures[] = [];
  await (await contender.start()).stop();
  for (let round = 0; round < starts; round++) {
    const running = await contender.start();
    await sleep(REST_MS);
    const residentMb = residentKb(running.pid) / 1024;
    await running.stop();
    rounds.push({
      ...NOTHING_MEASURED,
      scenario: 'start',
      contender: contender.name,
      readyMs: running.readyMs,
      residentMb,
    });
  }
  return rounds;
}

/** Sends load until pools are filled and most hot code is compiled. In full runs, that is about 20,000 requests. */
export async function warmUp(
  contender: Contender,
  running: RunningContender,
  seconds: number,
  upstream: Upstream,
): Promise<void> {
  for (const scenario of WARM_UP) {
    if (scenario.streams && !contender.streams) continue;
    const order = orderOf(scenario, running, await upstream.prepare(scenario));
    await load({ order, concurrency: scenario.concurrency, seconds, rampMs: 0 });
  }
}

/** Measures one scenario, with a warm process. Scenarios that hold streams open use a new process. */
export async function measure(
  scenario: Scenario,
  contender: Contender,
  warm: RunningContender,
  { seconds, upstream }: MeasureOptions,
): Promise<Figures> {
  const running = scenario.holds ? await contender.start() : warm;
  try {
    if (scenario.holds) await firstAnswer(scenario, running, upstream);
    const order = orderOf(scenario, running, await upstream.prepare(scenario));
    const { concurrency, rampMs, holds } = scenario;
    // Bodies of another size use other pools. Scenarios with paced deltas need no warm-up.
    if (scenario.gapMs === 0) await load({ order, concurrency, seconds: seconds / 4, rampMs: 0 });
    const plan = { order, concurrency, seconds: holds ? 0 : seconds, rampMs };
    const others = upstream.pid === undefined ? [] : [upstream.pid];
    const [result, use] = await watch(running.pid, others, () => load(plan));
    return figuresOf(scenario, contender.name, result, use);
  } finally {
    if (running !== warm) await running.stop();
  }
}

/** Sends one request, so that code loaded by the first request does not count as memory of streams. */
async function firstAnswer(scenario: Scenario, running: RunningContender, upstream: Upstream): Promise<void> {
  const expectedText = await upstream.prepare({ deltas: 1, gapMs: 0 });
  await load({ order: orderOf(scenario, running, expectedText), concurrency: 1, seconds: 0, rampMs: 0 });
  await sleep(REST_MS);
}

function orderOf(scenario: Scenario, running: RunningContender, expectedText: string | undefined): Order {
  const body = chatBody({ model: running.model, bytes: scenario.bytes, streams: scenario.streams });
  return {
    origin: running.origin,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${running.key}` },
    body,
    streams: scenario.streams,
    expectedText,
    timeoutMs: TIMEOUT_MS,
  };
}

function figuresOf(scenario: Scenario, contender: string, result: LoadResult, use: Use): Figures {
  const growthKb = use.residentKbPeak - use.residentKbBefore;
  return {
    ...NOTHING_MEASURED,
    scenario: scenario.name,
    contender,
    requestsPerSecond: scenario.holds ? NaN : result.answered / result.seconds,
    cpuMicrosPerRequest: use.cpuMicros / result.answered,
    cpuMicrosPerDelta: result.deltas > 0 ? use.cpuMicros / result.deltas : NaN,
    latency: result.latency,
    firstToken: result.firstToken,
    residentMb: use.residentKbBefore / 1024,
    residentMbPeak: use.residentKbPeak / 1024,
    kbPerOpenStream: scenario.holds ? growthKb / scenario.concurrency : NaN,
    busy: use.cpuMicros / use.wallMicros,
    othersBusy: use.otherMicros / use.wallMicros,
    errors: result.errors,
    firstError: result.firstError,
  };
}
