import { inWords } from './case.ts';
import type { Result } from './play.ts';

const HEAD = ['fault', 'when', 'form', 'targets', 'expected', 'seen'];

export function passed({ expected, seen }: Result): boolean {
  return inWords(expected) === inWords(seen);
}

/** The rows of the table, as markdown. */
export function table(results: readonly Result[]): string {
  const rows = results.map((result) => {
    const { one, expected, seen } = result;
    const { name, when } = one.fault;
    const cells = [name, when, one.form, String(one.targets), inWords(expected)];
    return [...cells, `${passed(result) ? '' : '**NOT SO:** '}${inWords(seen)}`].map((cell) =>
      cell.replaceAll('|', '\\|'),
    );
  });
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
