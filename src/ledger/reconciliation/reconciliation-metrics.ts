import { Gauge, type Registry } from 'prom-client';
import { DRIFT_CAUSES } from './drift/drift-causes.ts';
import type { Reconciliation } from './reconciliation.ts';

/** Metrics of the latest comparison with AWS's bill. Without one, none has a time series. */
export class ReconciliationMetrics {
  /** The latest comparison of the latest month. */
  latest?: Reconciliation;
  readonly gauges: readonly Gauge[];

  constructor(registry: Registry) {
    this.gauges = [
      this.gauge(registry, {
        name: 'outcrop_ledger_reconciliation_drift_percent',
        help: "Drift between AWS's bill and the ledger by model and day, as a share of the cost. age: settled, or provisional for the last three days. cost: list, contract.",
        labels: ['age', 'cost'],
        values: ({ provisional, settled }) =>
          (['list', 'contract'] as const).flatMap((cost) => [
            [{ age: 'settled', cost }, settled[cost].driftPercent],
            [{ age: 'provisional', cost }, provisional[cost].driftPercent],
          ]),
      }),
      this.gauge(registry, {
        name: 'outcrop_ledger_reconciliation_drift_usd',
        help: "Drift of settled days in USD at list prices by likely cause. Positive: AWS's bill has more.",
        labels: ['cause'],
        values: ({ causes }) =>
          DRIFT_CAUSES.map((cause) => [{ cause }, Number(causes.find((each) => each.cause === cause)?.list ?? 0)]),
      }),
      this.gauge(registry, {
        name: 'outcrop_ledger_reconciliation_uncompared_usd',
        help: "Cost on AWS's bill that could not be compared, because the line is unknown. Other operations are not included.",
        labels: [],
        values: ({ uncompared }) => [
          [
            {},
            uncompared
              .filter(({ reason }) => reason !== 'operation')
              .reduce((sum, { amount }) => sum + Math.abs(Number(amount)), 0),
          ],
        ],
      }),
      this.gauge(registry, {
        name: 'outcrop_ledger_reconciliation_within_limit',
        help: "1 if the drift of settled days from AWS's bill is at most ledger.reconciliation.maxDriftPercent, else 0.",
        labels: [],
        values: ({ isWithinLimit }) => [[{}, isWithinLimit ? 1 : 0]],
      }),
      this.gauge(registry, {
        name: 'outcrop_ledger_reconciliation_timestamp_seconds',
        help: "Time of the latest comparison with AWS's bill.",
        labels: [],
        values: ({ computedAt }) => [[{}, Date.parse(computedAt) / 1_000]],
      }),
    ];
  }

  private gauge(
    registry: Registry,
    {
      help,
      labels,
      name,
      values,
    }: {
      name: string;
      help: string;
      labels: readonly string[];
      values: (report: Reconciliation) => (readonly [Record<string, string>, number])[];
    },
  ): Gauge {
    const read = () => (this.latest === undefined ? [] : values(this.latest));
    return new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      collect() {
        this.reset();
        // A gauge without labels has a value of 0 after a reset.
        if (labels.length === 0) this.remove();
        for (const [of, value] of read()) this.set(of, value);
      },
    });
  }
}
