import { readFileSync } from 'node:fs';

export const HANDBOOK = 'docs/operations.md';
/** The page that the alerts of the chart link to. */
export const ALERTS = 'docs/alerts.md';

/** Returns the code blocks of a page under `<!-- NAME: VALUE -->` or `<!-- NAME -->`. */
export function markedBlocks(name: string, page = HANDBOOK): { value: string; code: string }[] {
  const marked = /<!-- (?<name>\w+)(?:: (?<value>[^ ]+))? -->\n```\w+\n(?<code>[\s\S]*?)```/g;
  return [...readFileSync(page, 'utf8').matchAll(marked)]
    .filter(({ groups }) => groups?.['name'] === name)
    .map(({ groups }) => ({ value: groups?.['value'] ?? '', code: groups?.['code'] ?? '' }));
}
