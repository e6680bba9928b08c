import type { Attack } from './attack.ts';

export interface Result {
  attack: Attack;
  peakRssBytes: number;
  /** Without the CPU that the requests of the second key cost. */
  cpuSeconds: number;
  idleP50Ms: number;
  attackedP50Ms: number;
  /** How much longer a round trip took during the attack that does not pass the gateway. */
  machineDelayMs: number;
  /** How many times its own CPU time the gateway's main thread took, because others had the cores. */
  stretch: number;
  /** Requests of the second key during the attack, and those of them that failed. */
  requests: number;
  failedRequests: number;
  /** What did not hold; empty when the attack was withstood. */
  violations: string[];
}

const HEAD = ['attack', 'limit', 'peak RSS', 'CPU', 'second key: failed', 'p50, idle, machine', 'result'];

/** The rows of the table, as markdown. */
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
