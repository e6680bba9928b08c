import type { Figures } from './figures.ts';
import { SCENARIOS } from './scenarios.ts';

/** Column of the table. */
interface Column {
  title: string;
  of: (figures: Figures) => number;
  digits: number;
  /** How a value is compared with another one. */
  compared: 'ratio' | 'difference';
}

const COLUMNS: readonly Column[] = [
  { title: 'requests/s', of: (one) => one.requestsPerSecond, digits: 0, compared: 'ratio' },
  { title: 'CPU µs/request', of: (one) => one.cpuMicrosPerRequest, digits: 0, compared: 'ratio' },
  { title: 'CPU µs/delta', of: (one) => one.cpuMicrosPerDelta, digits: 1, compared: 'ratio' },
  { title: 'p50 ms', of: (one) => one.latency.p50, digits: 2, compared: 'difference' },
  { title: 'p99 ms', of: (one) => one.latency.p99, digits: 2, compared: 'difference' },
  { title: 'TTFT p50 ms', of: (one) => one.firstToken.p50, digits: 2, compared: 'difference' },
  { title: 'TTFT p99 ms', of: (one) => one.firstToken.p99, digits: 2, compared: 'difference' },
  { title: 'RSS MB', of: (one) => one.residentMb, digits: 0, compared: 'ratio' },
  { title: 'peak MB', of: (one) => one.residentMbPeak, digits: 0, compared: 'ratio' },
  { title: 'KB/stream', of: (one) => one.kbPerOpenStream, digits: 0, compared: 'ratio' },
  { title: 'ready ms', of: (one) => one.readyMs, digits: 0, compared: 'ratio' },
  { title: 'cores', of: (one) => one.busy, digits: 2, compared: 'difference' },
  { title: 'others', of: (one) => one.othersBusy, digits: 2, compared: 'difference' },
];

/**
 * Renders a Markdown table: a row per scenario and contender, and rows that compare with the floor and an earlier run.
 */
export function table(figures: readonly Figures[], earlier: readonly Figures[] = []): string {
  const head = ['scenario', 'who', ...COLUMNS.map(({ title }) => title)];
  const rows = figures.flatMap((one) => {
    const before = earlier.find((other) => other.scenario === one.scenario && other.contender === one.contender);
    const floor = figures.find(
      (other) => other.scenario === one.scenario && other.contender === 'floor' && one.contender !== 'floor',
    );
    return [
      rowOf(one),
      ...(floor ? [comparedRow(one, floor, 'to the floor')] : []),
      ...(before ? [comparedRow(one, before, 'to before')] : []),
    ];
  });
  return aligned([head, ...rows]);
}

function rowOf(one: Figures): string[] {
  const title = SCENARIOS.find(({ name }) => name === one.scenario)?.title ?? one.scenario;
  if (one.errors > 0) return [title, one.contender, `void: ${one.errors} errors`, ...COLUMNS.slice(1).map(() => '')];
  return [title, one.contender, ...COLUMNS.map(({ of, digits }) => formatted(of(one), digits))];
}

function comparedRow(one: Figures, other: Figures, who: string): string[] {
  const isVoid = one.errors > 0 || other.errors > 0;
  const cells = COLUMNS.map(({ of, compared }) => {
    const [mine, theirs] = [of(one), of(other)];
    if (isVoid || Number.isNaN(mine) || Number.isNaN(theirs)) return '';
    if (compared === 'ratio') return theirs === 0 ? '' : `${(mine / theirs).toFixed(2)}x`;
    return `${mine < theirs ? '' : '+'}${(mine - theirs).toFixed(2)}`;
  });
  return ['', who, ...cells];
}

function formatted(value: number, digits: number): string {
  return Number.isNaN(value) ? '' : value.toFixed(digits);
}

function aligned([head, ...rows]: string[][]): string {
  const widths = head!.map((_, column) => Math.max(...[head!, ...rows].map((row) => row[column]!.length), 3));
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column < 2 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head!), rule, ...rows.map((row) => line(row))].join('\n');
}

/** Returns warnings about figures that are not reliable. */
export function remarks(figures: readonly Figures[]): string[] {
  const gateway = figures.filter(({ contender }) => contender === 'gateway');
  const names = (some: readonly Figures[]): string => some.map(({ scenario }) => scenario).join(', ');
  const idle = gateway.filter(
    ({ scenario, busy }) => /-(16|64)$/.test(scenario) && !scenario.startsWith('paced') && busy < 0.85,
  );
  const noisy = figures.filter(({ othersBusy }) => othersBusy > 0.2);
  const queued = figures.filter((one) => haveQueued(one));
  return [
    ...figures.flatMap(({ scenario, contender, errors, firstError }) =>
      errors > 0 ? [`${scenario}, ${contender}: ${errors} errors. First error: ${firstError}`] : [],
    ),
    ...(idle.length > 0
      ? [
          `The upstream or the load generator was the bottleneck, not the gateway, in: ${names(idle)}. CPU figures are valid; rates are not.`,
        ]
      : []),
    ...(queued.length > 0
      ? [`Some streams waited for others to end (check bedrock.maxConnections) in: ${names(queued)}.`]
      : []),
    ...(noisy.length > 0
      ? [
          `Other processes used the machine (column "others", in cores) in: ${names(noisy)}. Latencies are not reliable there.`,
        ]
      : []),
  ];
}

/** Returns true if streams had to wait for a connection: then some took longer than their deltas. */
function haveQueued({ scenario, latency }: Figures): boolean {
  const held = SCENARIOS.find(({ name, holds }) => holds && name === scenario);
  return held !== undefined && latency.p99 > 1.5 * held.deltas * held.gapMs;
}
