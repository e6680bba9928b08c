import type { Attack } from './attack.ts';

export interface Result {
  attack: Attack;
  peakRssBytes: number;
  /** CPU time without that of the second key's requests. */
  cpuSeconds: number;
  idleP50Ms: number;
  attackedP50Ms: number;
  /** Additional duration of a round trip that does not pass the gateway. */
  machineDelayMs: number;
  /** Factor by which the main thread took longer than its CPU time, because other processes used the cores. */
  stretch: number;
  /** Requests of the second key during the attack, and the failed ones among them. */
  requests: number;
  failedRequests: number;
  /** Violations; empty if the gateway withstood the attack. */
  violations: string[];
}

const HEAD = ['attack', 'limit', 'peak RSS', 'CPU', 'second key: failed', 'p50, idle, machine', 'result'];

/** Returns the rows of the table, as Markdown. */
export function table(results: readonly Result[]): string {
  const rows = results.map((result) => [
    result.attack.name,
    result.attack.limit,
    `${Math.round(result.peakRssBytes / 2 ** 20)} MiB`,
    `${result.cpuSeconds.toFixed(1)} s`,
    `${result.failedRequests} of ${result.requests}`,
    `${result.attackedP50Ms.toFixed(1)} ms, ${result.idleP50Ms.toFixed(1)} ms, +${result.machineDelayMs.toFixed(1)} ms × ${result.stretch.toFixed(1)}`,
    result.violations.length === 0 ? 'held' : `**FAILED:** ${result.violations.join('; ')}`,
  ]);
  const cells = [HEAD, HEAD.map(() => '---'), ...rows];
  return cells
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`)
    .join('\n');
}
