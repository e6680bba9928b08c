import { median, type Percentiles } from './load/percentiles.ts';

/** Result of one measurement of one contender. NaN, in JSON null, means not measured. */
export interface Figures {
  scenario: string;
  contender: string;
  requestsPerSecond: number;
  cpuMicrosPerRequest: number;
  cpuMicrosPerDelta: number;
  /** Time to the complete answer, and to the first token, in milliseconds. */
  latency: Percentiles;
  firstToken: Percentiles;
  residentMb: number;
  residentMbPeak: number;
  kbPerOpenStream: number;
  readyMs: number;
  /** Share of a core that the contender used. */
  busy: number;
  /** Share of a core that other processes used. Above 0.2, latencies are not reliable. */
  othersBusy: number;
  /** Failed requests. The figures are not valid if there are any. */
  errors: number;
  firstError?: string;
}

export const NOTHING_MEASURED: Omit<Figures, 'scenario' | 'contender'> = {
  requestsPerSecond: NaN,
  cpuMicrosPerRequest: NaN,
  cpuMicrosPerDelta: NaN,
  latency: { p50: NaN, p99: NaN },
  firstToken: { p50: NaN, p99: NaN },
  residentMb: NaN,
  residentMbPeak: NaN,
  kbPerOpenStream: NaN,
  readyMs: NaN,
  busy: NaN,
  othersBusy: NaN,
  errors: 0,
};

/** Merges the rounds of each scenario and contender: medians of figures, sums of errors. */
export function merged(rounds: readonly Figures[]): Figures[] {
  const groups = Map.groupBy(rounds, ({ scenario, contender }) => `${scenario} ${contender}`);
  return [...groups.values()].map((group) => {
    const of = (figure: (figures: Figures) => number): number => median(group.map(figure));
    const { scenario, contender } = group[0]!;
    return {
      scenario,
      contender,
      requestsPerSecond: of((one) => one.requestsPerSecond),
      cpuMicrosPerRequest: of((one) => one.cpuMicrosPerRequest),
      cpuMicrosPerDelta: of((one) => one.cpuMicrosPerDelta),
      latency: { p50: of((one) => one.latency.p50), p99: of((one) => one.latency.p99) },
      firstToken: { p50: of((one) => one.firstToken.p50), p99: of((one) => one.firstToken.p99) },
      residentMb: of((one) => one.residentMb),
      residentMbPeak: of((one) => one.residentMbPeak),
      kbPerOpenStream: of((one) => one.kbPerOpenStream),
      readyMs: of((one) => one.readyMs),
      busy: of((one) => one.busy),
      othersBusy: of((one) => one.othersBusy),
      errors: group.reduce((sum, one) => sum + one.errors, 0),
      firstError: group.find((one) => one.firstError !== undefined)?.firstError,
    };
  });
}
