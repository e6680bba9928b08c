/** Two ways to do the same work: the way of NestJS or a library, and the way of the gateway. */
export interface Pair {
  name: string;
  /** Returns the functions that run once per iteration. */
  prepare: () => Promise<PairedWork> | PairedWork;
}

type Work = () => unknown;

export interface PairedWork {
  nest: Work;
  gateway: Work;
  close?(): void;
}

/** Microseconds of CPU time per iteration, with all threads of the process. */
export interface PairedCost {
  nest: number;
  gateway: number;
  /** Median of the differences between neighboring rounds, and their quartiles: the noise. */
  saved: number;
  savedQuartiles: readonly [lower: number, upper: number];
}

const ROUNDS = 40;
const MICROSECONDS_PER_ROUND = 50_000;
const WARM_UP_ITERATIONS = 3_000;

/** Measures both ways in turn in one process. CPU time, unlike wall time, does not count what other processes take. */
export async function measurePair({ nest, gateway }: PairedWork): Promise<PairedCost> {
  for (const work of [nest, gateway, nest, gateway]) await cpuMicroseconds(work, WARM_UP_ITERATIONS);
  const iterations = Math.ceil(MICROSECONDS_PER_ROUND / (await cpuMicroseconds(nest, WARM_UP_ITERATIONS)));
  const costs: { nest: number; gateway: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Alternates the order, so that neither way always collects the garbage of the other one.
    if (round % 2 === 0) {
      const first = await cpuMicroseconds(nest, iterations);
      costs.push({ nest: first, gateway: await cpuMicroseconds(gateway, iterations) });
    } else {
      const first = await cpuMicroseconds(gateway, iterations);
      costs.push({ nest: await cpuMicroseconds(nest, iterations), gateway: first });
    }
  }
  const differences = costs.map((cost) => cost.nest - cost.gateway);
  return {
    nest: quantile(
      costs.map((cost) => cost.nest),
      0.5,
    ),
    gateway: quantile(
      costs.map((cost) => cost.gateway),
      0.5,
    ),
    saved: quantile(differences, 0.5),
    savedQuartiles: [quantile(differences, 0.25), quantile(differences, 0.75)],
  };
}

async function cpuMicroseconds(work: Work, iterations: number): Promise<number> {
  globalThis.gc?.();
  const before = process.cpuUsage();
  for (let iteration = 0; iteration < iterations; iteration++) {
    const result = work();
    if (result instanceof Promise) await result;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / iterations;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) * share)]!;
}
