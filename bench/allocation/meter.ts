import { Session } from 'node:inspector/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { GCProfiler } from 'node:v8';

const REST_MS = 30;
const MAX_ATTEMPTS = 3;

/** Cost of work in units that do not depend on the load of the machine. */
export interface Count {
  /** Allocated bytes of heap and buffers. */
  bytes: number;
  /** Number of executed blocks of JavaScript in the gateway and its libraries, without those of Node itself. */
  operations: number;
}

/**
 * Counts allocated bytes and executed blocks. Requires a process with `--expose-gc`, a young generation that is larger
 * than the allocations of the work, and no optimizing compilers, because those remove allocations.
 */
export class Meter {
  private readonly session = new Session();

  async open(): Promise<void> {
    this.session.connect();
    await this.session.post('Profiler.enable');
    await this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /**
   * Runs the work once to warm up, then counts operations and bytes in separate runs, because each count affects the
   * other.
   */
  async count(work: () => Promise<void>): Promise<Count> {
    await work();
    await this.session.post('Profiler.takePreciseCoverage');
    await work();
    const operations = await this.operations();
    return { bytes: await allocated(work), operations };
  }

  /** Returns the bytes in use after a collection. */
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

/** Counts allocated bytes. Repeats the count if a collection ran, because collected bytes would be missing. */
async function allocated(work: () => Promise<void>): Promise<number> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    await collect();
    const collections = new GCProfiler();
    collections.start();
    const before = inUse();
    await work();
    const after = inUse();
    if (collections.stop().statistics.length === 0) return after - before;
  }
  throw new Error(`A garbage collection ran in each of ${MAX_ATTEMPTS} counts of allocations.`);
}

/**
 * Collects garbage twice. Other threads free buffers after a collection has ended, so the second one waits for them.
 */
async function collect(): Promise<void> {
  if (globalThis.gc === undefined) throw new Error('Start Node with --expose-gc.');
  for (let time = 0; time < 2; time++) {
    globalThis.gc();
    await sleep(REST_MS);
  }
}

function inUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
