import { readFileSync } from 'node:fs';
import { alertList, alertsTable, recordsTable, rulesWithoutChart } from './alert-list.ts';

/** Returns the files that `npm run docs:alerts` writes, by path. Throws if a page lacks the lines around its table. */
export function generatedFromAlerts(): Record<string, string> {
  const list = alertList();
  return {
    'deploy/prometheus/outcrop-rules.yaml': rulesWithoutChart(list),
    'docs/alerts.md': withTable('docs/alerts.md', 'alerts', alertsTable(list)),
    'docs/observability.md': withTable('docs/observability.md', 'recording rules', recordsTable(list)),
  };
}

function withTable(path: string, name: string, table: string): string {
  const page = readFileSync(path, 'utf8');
  const [begin, end] = [`<!-- ${name}: written by npm run docs:alerts -->`, `<!-- /${name} -->`];
  const [start, stop] = [page.indexOf(begin), page.indexOf(end)];
  if (start < 0 || stop < start) throw new Error(`${path} must contain the lines ${begin} and ${end}.`);
  return `${page.slice(0, start)}${begin}\n${table}\n${page.slice(stop)}`;
}
