import type { AlertCase } from './alert-case.ts';

/** What happened to one alert in one case. */
export interface Result {
  alert: string;
  alertCase: AlertCase;
  /** Milliseconds from the condition to the firing alert. */
  firedMs?: number;
  /** Milliseconds from the end of the condition to the resolved alert. */
  resolvedMs?: number;
  /** What did not hold; empty if all did. */
  violations: string[];
}

/** Returns the results as Markdown. */
export function table(results: readonly Result[]): string {
  const rows = results.map(({ alert, alertCase, firedMs, resolvedMs, violations }) => [
    alert,
    alertCase.condition,
    seconds(firedMs),
    seconds(resolvedMs),
    violations.length === 0 ? 'passed' : `**FAILED:** ${violations.join('; ')}`,
  ]);
  const head = ['alert', 'condition', 'fires after', 'resolves after', 'result'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function seconds(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '' : `${(milliseconds / 1_000).toFixed(1)} s`;
}
