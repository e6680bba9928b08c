import { parser } from '@prometheus-io/lezer-promql';

/**
 * Returns the metric names in a query. Throws for invalid PromQL. Grafana's variables count as a label or a duration.
 */
export function metricsIn(query: string): string[] {
  const text = query.replaceAll('$__rate_interval', '5m');
  const names = new Set<string>();
  parser.parse(text).iterate({
    enter: (node) => {
      if (node.type.isError) throw new Error(`no PromQL at ${node.from}: ${text}`);
      if (node.name === 'VectorSelector') {
        const name = /^[a-zA-Z_:][\w:]*/.exec(text.slice(node.from, node.to))?.[0];
        if (name !== undefined) names.add(name);
      }
    },
  });
  return [...names];
}
