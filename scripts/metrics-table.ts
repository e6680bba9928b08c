import type { Registry } from 'prom-client';

/** Between these lines of docs/observability.md stands the list of metrics. */
const BEGIN = '<!-- metrics: written by npm run docs:observability -->';
const END = '<!-- /metrics -->';

interface Described {
  name: string;
  help: string;
  type: string;
  labelNames?: readonly string[];
}

/** The page with the list of the gateway's own metrics as they are. */
export async function withMetrics(page: string, registry: Registry): Promise<string> {
  const [start, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error('docs/observability.md has no place for the list of metrics');
  return `${page.slice(0, start)}${BEGIN}\n${await metricsTable(registry)}\n${page.slice(end)}`;
}

async function metricsTable(registry: Registry): Promise<string> {
  const types = new Map((await registry.getMetricsAsJSON()).map(({ name, type }) => [name, String(type)]));
  const metrics = registry.getMetricsAsArray() as unknown as Described[];
  const rows = metrics
    .filter(({ name }) => name.startsWith('outcrop_'))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, help, labelNames = [] }) => {
      const labels = labelNames.map((label) => `\`${label}\``).join(', ');
      return `| \`${name}\` | ${types.get(name)} | ${labels} | ${help.replaceAll('|', '\\|')} |`;
    });
  return ['| Metric | Type | Labels | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}
