import { outcomeText } from './case.ts';
import type { Result } from './play.ts';

const HEAD = ['fault', 'when', 'form', 'targets', 'expected', 'seen'];

export function passed({ expected, seen }: Result): boolean {
  return outcomeText(expected) === outcomeText(seen);
}

/** Returns the rows of the table, as Markdown. */
export function table(results: readonly Result[]): string {
  const rows = results.map((result) => {
    const { one, expected, seen } = result;
    const { name, when } = one.fault;
    const cells = [name, when, one.form, String(one.targets), outcomeText(expected)];
    return [...cells, `${passed(result) ? '' : '**FAILED:** '}${outcomeText(seen)}`].map((cell) =>
      cell.replaceAll('|', '\\|'),
    );
  });
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
