import { readFileSync, writeFileSync } from 'node:fs';

const BEGIN = '<!-- table -->';
const END = '<!-- /table -->';

/** Replaces what stands between the two marks of a page. Throws where a mark is missing. */
export function writeTable(file: string, text: string): void {
  const page = readFileSync(file, 'utf8');
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${file} has no ${BEGIN} with ${END} behind it`);
  writeFileSync(file, `${page.slice(0, from + BEGIN.length)}\n\n${text}\n\n${page.slice(to)}`);
}
