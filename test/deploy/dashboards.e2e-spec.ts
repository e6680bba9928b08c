import { readFileSync } from 'node:fs';
import { DASHBOARDS } from '../../scripts/dashboard-panels.ts';
import { dashboardFile, dashboardJson } from '../../scripts/dashboards.ts';
import { KEY, startGateway } from '../support/gateway.ts';
import { metricsIn } from './promql.ts';

/** Of other exporters. */
const FOREIGN = ['kube_deployment_status_replicas_available', 'kube_deployment_spec_replicas'];

const gateway = await startGateway();
const metrics = await (await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${KEY}` } })).text();
const known = new Set(
  [...metrics.matchAll(/^# TYPE (\S+) (\w+)$/gm)].flatMap(([, name, type]) => seriesOf(name!, type!)),
);
await gateway.close();

function seriesOf(name: string, type: string): string[] {
  return type === 'histogram' || type === 'summary' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}

describe.each(Object.keys(DASHBOARDS))('the dashboard %s', (name) => {
  it('is the one that the script writes', () => {
    expect(dashboardFile(name).text).toBe(dashboardJson(name));
  });

  const { panels } = JSON.parse(dashboardFile(name).text) as {
    panels: { title: string; gridPos: { x: number; y: number; w: number; h: number }; targets: { expr: string }[] }[];
  };

  it.each(panels.map(({ title, targets }) => [title, targets] as const))(
    'asks in %s for what there is',
    (_, targets) => {
      expect(targets.length).toBeGreaterThan(0);
      for (const { expr } of targets) {
        const asked = metricsIn(expr);
        expect(asked.length).toBeGreaterThan(0);
        expect(asked.filter((metric) => !known.has(metric))).toEqual([]);
      }
    },
  );

  it('has no panel on top of another', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});

describe('rules and alerts', () => {
  it('ask for what there is', () => {
    const template = readFileSync('helm/outcrop/templates/prometheusrule.yaml', 'utf8');
    const asked = [...template.matchAll(/\b(outcrop_\w+|nodejs_\w+|process_\w+|kube_\w+)/g)].map(([name]) => name);
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((name) => !known.has(name) && !FOREIGN.includes(name))).toEqual([]);
  });
});

describe('metricsIn', () => {
  it('knows PromQL from what is none, and names in it from functions and labels', () => {
    expect(metricsIn('sum by (pod) (rate(a_total{pod=~"$pod"}[$__rate_interval])) / b:c')).toEqual(['a_total', 'b:c']);
    expect(() => metricsIn('sum(rate(a_total[5m])')).toThrow('no PromQL');
  });
});
