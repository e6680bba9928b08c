import { execFileSync } from 'node:child_process';
import { parseAllDocuments, stringify } from 'yaml';

/**
 * All differences between the rules of this suite and those of the chart. Queries, conditions and labels are the same.
 * The threshold of the event loop and the bound of the added time are higher, because a busy machine delays a gateway. Those of
 * the snapshot and the ledger are lower, so that the suite does not wait for minutes.
 */
const SCALED = {
  windows: { '5m': '6s', '30m': '8s', '1h': '10s', '2h': '12s', '6h': '14s', '1d': '16s', '3d': '18s' },
  for: '2s',
  values: {
    thresholds: {
      eventLoopDelaySeconds: 0.4,
      snapshotAgeSeconds: 5,
      snapshotLagSeconds: 5,
      ledgerLagSeconds: 5,
      ledgerExportAgeSeconds: 600,
    },
    objectives: { addedFirstEventSeconds: 0.5 },
  },
} as const;
const NAMESPACE = 'NAMESPACE';
export const RUNBOOK = 'https://git.example.com/outcrop/docs/alerts.md';

interface Rule {
  alert?: string;
  expr: string;
  for?: string;
}

interface PrometheusRule {
  kind: string;
  spec: { groups: { name: string; rules: Rule[] }[] };
}

/** Returns a function that creates the scaled rules of the chart for a namespace, as a file of Prometheus. */
export function scaledRules(helm: string): (namespace: string) => string {
  const values = { ...SCALED.values, enabled: true, alertLabels: { team: 'platform' }, runbookUrl: RUNBOOK };
  const helmArguments = ['--kube-version', '1.34.0', '--set-json', `prometheusRule=${JSON.stringify(values)}`];
  const base = ['template', 'outcrop', 'helm/outcrop', '--namespace', NAMESPACE];
  const rendered = execFileSync(helm, [...base, ...helmArguments], { encoding: 'utf8', maxBuffer: 2 ** 24 });
  const { spec } = parseAllDocuments(rendered)
    .map((document) => document.toJS() as PrometheusRule)
    .find(({ kind }) => kind === 'PrometheusRule')!;
  for (const rule of spec.groups.flatMap(({ rules }) => rules)) {
    rule.expr = rule.expr.replaceAll(
      /\[(\w+)\]/g,
      (_, window: keyof typeof SCALED.windows) => `[${SCALED.windows[window]}]`,
    );
    if (rule.for !== undefined) rule.for = SCALED.for;
  }
  const text = stringify({ groups: spec.groups }, { lineWidth: 0 });
  return (namespace) => text.replaceAll(NAMESPACE, namespace);
}
