import { Gauge, type Registry } from 'prom-client';

/** Metrics of the export. Without `ledger.export.url`, there is no time series. */
export class ExportMetrics {
  readonly gauge: Gauge;
  private read?: { ageSeconds: number; at: number };

  constructor(registry: Registry) {
    const value = () => this.ageSeconds;
    this.gauge = new Gauge({
      name: 'outcrop_ledger_export_age_seconds',
      help: 'Seconds since an export of the ledger to S3 was complete; before the first one, since it was configured.',
      registers: [registry],
      collect() {
        const seconds = value();
        if (seconds === undefined) this.remove();
        else this.set(seconds);
      },
    });
  }

  /** Seconds since the last complete export, also while the database is away; undefined until they are known. */
  get ageSeconds(): number | undefined {
    return this.read && this.read.ageSeconds + (performance.now() - this.read.at) / 1_000;
  }

  /** Takes the age that was read from the database. */
  aged(ageSeconds: number): void {
    this.read = { ageSeconds, at: performance.now() };
  }
}
