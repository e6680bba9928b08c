import type { StepOutcome } from './step.ts';

export interface StepResult extends StepOutcome {
  name: string;
  shows: string;
  seconds: number;
  /** Reason why the step did not run. */
  skipped?: string;
}

const HEAD = ['step', 'shows', 'requests', 'streams', 'lost', 'seconds', 'result'];

export function passed({ violations }: StepResult): boolean {
  return violations.length === 0;
}

/** Returns the table of the results, as Markdown. */
export function table(results: readonly StepResult[]): string {
  const rows = results.map((result) => {
    const { name, shows, load, seconds } = result;
    const counts = load ? [sum(load.plain), sum(load.streams), load.lost + load.rejected].map(String) : ['', '', ''];
    return [name, shows, ...counts, seconds.toFixed(0), resultText(result)].map((cell) =>
      cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' '),
    );
  });
  const lines = [HEAD, HEAD.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function resultText({ skipped, violations, figures }: StepResult): string {
  if (skipped !== undefined) return `skipped: ${skipped}`;
  const figuresText = figures === undefined ? '' : `; ${figures}`;
  return violations.length === 0 ? `passed${figuresText}` : `**FAILED:** ${violations.join('; ')}${figuresText}`;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
