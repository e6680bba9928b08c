import { setTimeout as sleep } from 'node:timers/promises';
import type { ActiveAlert, Prometheus } from './prometheus.ts';
import { RUNBOOK } from './scaled-rules.ts';
import type { Stage } from './stage.ts';
import type { Result } from './table.ts';

const FIRE_PATIENCE_MS = 90_000;
const RESOLVE_PATIENCE_MS = 120_000;
const POLL_MS = 250;
/** Labels that the scrape adds to series whose rule keeps all labels. */
const SCRAPE_LABELS: ReadonlySet<string> = new Set(['instance', 'job']);

/** Starts the condition of a case, waits for its alerts, ends the condition, and waits until the alerts have resolved. */
export async function play(stage: Stage, prometheus: Prometheus): Promise<Result[]> {
  const { alertCase } = stage;
  const fired = new Map<string, ActiveAlert>();
  const results = new Map(
    Object.keys(alertCase.alerts).map((alert): [string, Result] => [alert, { alert, alertCase, violations: [] }]),
  );
  const early = await firing(prometheus, alertCase.name);
  for (const { labels } of early)
    result(results, labels.alertname!, stage).violations.push('fires before the condition');
  let startedAt = performance.now();
  const end = await stage.provoke();
  await until(FIRE_PATIENCE_MS, async () => {
    for (const alert of await firing(prometheus, alertCase.name)) {
      const name = alert.labels.alertname!;
      if (fired.has(name)) continue;
      fired.set(name, alert);
      const found = result(results, name, stage);
      found.firedMs = performance.now() - startedAt;
      found.violations.push(...wrongLabels(alert, stage));
    }
    return Object.keys(alertCase.alerts).every((name) => fired.has(name));
  });
  for (const query of alertCase.recorded ?? []) {
    const isMet = await until(FIRE_PATIENCE_MS, async () => (await prometheus.query(query)) > 0);
    if (!isMet) [...results.values()][0]!.violations.push(`no result: ${query}`);
  }
  startedAt = performance.now();
  await end();
  await until(RESOLVE_PATIENCE_MS, async () => {
    const still = new Set((await firing(prometheus, alertCase.name)).map(({ labels }) => labels.alertname));
    for (const found of results.values()) {
      if (found.firedMs !== undefined && !still.has(found.alert)) found.resolvedMs ??= performance.now() - startedAt;
    }
    return still.size === 0;
  });
  for (const found of results.values()) {
    if (found.firedMs === undefined) found.violations.push('does not fire');
    else if (found.resolvedMs === undefined) found.violations.push('does not resolve');
  }
  return [...results.values()];
}

/** Returns the result of an alert; a failed one for an alert that the case does not expect. */
function result(results: Map<string, Result>, alert: string, { alertCase }: Stage): Result {
  const known = results.get(alert);
  if (known !== undefined) return known;
  const unexpected: Result = { alert, alertCase, violations: ['fires, although the condition is not its own'] };
  results.set(alert, unexpected);
  return unexpected;
}

function wrongLabels({ labels, annotations }: ActiveAlert, { alertCase }: Stage): string[] {
  const { alertname = '', severity = '', ...rest } = labels;
  const expected: Record<string, string> = {
    ...alertCase.alerts[alertname],
    namespace: alertCase.name,
    team: 'platform',
  };
  const wrong = new Set(
    [...Object.keys(rest), ...Object.keys(expected)].filter((name) => rest[name] !== expected[name]),
  );
  const problems = [...wrong]
    .filter((name) => !SCRAPE_LABELS.has(name))
    .map((name) => `label ${name} is ${rest[name]}, expected ${expected[name]}`);
  if (severity === '') problems.push('no severity');
  if (annotations.runbook_url !== `${RUNBOOK}#${alertname.toLowerCase()}`) problems.push('another runbook_url');
  if (!annotations.summary || /no value|\{\{|\$\{/.test(annotations.summary))
    problems.push(`summary: ${annotations.summary}`);
  return problems;
}

async function firing(prometheus: Prometheus, namespace: string): Promise<ActiveAlert[]> {
  return (await prometheus.alerts()).filter(
    ({ labels, state }) => state === 'firing' && labels.namespace === namespace,
  );
}

/** Resolves with true when `isDone` returns true, and with false after the time limit. */
async function until(patienceMs: number, isDone: () => Promise<boolean>): Promise<boolean> {
  for (const end = performance.now() + patienceMs; performance.now() < end; await sleep(POLL_MS)) {
    if (await isDone()) return true;
  }
  return false;
}
