import { readFileSync, writeFileSync } from 'node:fs';

/** Replaces the text between the marks `<!-- NAME -->` and `<!-- /NAME -->` of a page. Throws if one is missing. */
export function writeTable(file: string, text: string, name = 'table'): void {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const page = readFileSync(file, 'utf8');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no ${begin} followed by ${end}`);
  writeFileSync(file, `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`);
}
