import { Session } from 'node:inspector/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { GCProfiler } from 'node:v8';

const REST_MS = 30;
const MOST_ATTEMPTS = 3;

/** What work came to, in units that do not depend on how busy the machine is. */
export interface Count {
  /** Bytes taken from the heap and for buffers, collected or not. */
  bytes: number;
  /** How often any block of JavaScript was entered, ours and libraries', Node's own left out. */
  operations: number;
}

/**
 * Counts what work allocates and executes. Wants a process with `--expose-gc`, a young generation that holds all
 * that is allocated meanwhile, and no optimising compilers: those leave out allocations when they get round to it.
 */
export class Meter {
  private readonly session = new Session();

  async open(): Promise<void> {
    this.session.connect();
    await this.session.post('Profiler.enable');
    await this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Runs the work twice: counts operations, then bytes, so that neither counting is counted. */
  async count(work: () => Promise<void>): Promise<Count> {
    await work();
    await this.session.post('Profiler.takePreciseCoverage');
    await work();
    const operations = await this.operations();
    return { bytes: await allocated(work), operations };
  }

  /** Bytes that are in use at this moment, what can be collected left out. */
  async kept(): Promise<number> {
    await collect();
    return inUse();
  }

  private async operations(): Promise<number> {
    const { result } = await this.session.post('Profiler.takePreciseCoverage');
    return result
      .filter(({ url }) => url.startsWith('file:') && !url.includes('/bench/'))
      .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
      .reduce((sum, { count }) => sum + count, 0);
  }
}

/** Counts again where a collection has run meanwhile: what it took away would be missing. */
async function allocated(work: () => Promise<void>): Promise<number> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    await collect();
    const collections = new GCProfiler();
    collections.start();
    const before = inUse();
    await work();
    const after = inUse();
    if (collections.stop().statistics.length === 0) return after - before;
  }
  throw new Error('garbage collections ran whenever allocations were counted');
}

/** Threads free dead buffers a little later than a collection ends: the second one waits for those of the first. */
async function collect(): Promise<void> {
  if (globalThis.gc === undefined) throw new Error('this wants --expose-gc');
  for (let time = 0; time < 2; time++) {
    globalThis.gc();
    await sleep(REST_MS);
  }
}

function inUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
