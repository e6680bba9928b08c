import { Counter, Gauge, type Registry } from 'prom-client';

export type ReloadResult = 'changed' | 'unchanged' | 'rejected';

/** Metrics of the configuration. */
export class ConfigMetrics {
  private readonly generation: Gauge;
  private readonly reloads: Counter<'result'>;
  private readonly lastChange: Gauge;
  private readonly rejected: Gauge;
  private readonly pending: Gauge;
  /** Whether the configuration, and governance.files, are invalid. */
  private readonly invalid = { config: false, files: false };

  constructor(registry: Registry) {
    const gauge = (name: string, help: string): Gauge =>
      new Gauge({ name: `outcrop_config_${name}`, help, registers: [registry] });
    this.generation = gauge(
      'generation',
      'Number of configurations that this process has used, including the current one.',
    );
    this.lastChange = gauge('last_change_timestamp_seconds', 'Time at which the current configuration was applied.');
    this.rejected = gauge(
      'rejected',
      '1 while the files contain an invalid configuration and the previous one is in use.',
    );
    this.pending = gauge('restart_pending', 'Number of changed settings that need a restart.');
    this.reloads = new Counter({
      name: 'outcrop_config_reloads_total',
      help: 'Reloads of the configuration after the start.',
      labelNames: ['result'],
      registers: [registry],
    });
    for (const result of ['changed', 'unchanged', 'rejected'] as const) this.reloads.inc({ result }, 0);
    this.changed();
  }

  changed(): void {
    this.generation.inc();
    this.lastChange.set(Date.now() / 1000);
  }

  /** Records a reload. `pending` is the number of settings that need a restart; unknown for an invalid configuration. */
  read(result: ReloadResult, pending?: number): void {
    this.invalid.config = result === 'rejected';
    this.count(result);
    if (pending !== undefined) this.pending.set(pending);
  }

  /** Records a reload of governance.files. */
  filesRead(result: ReloadResult): void {
    this.invalid.files = result === 'rejected';
    this.count(result);
  }

  private count(result: ReloadResult): void {
    this.reloads.inc({ result });
    this.rejected.set(this.invalid.config || this.invalid.files ? 1 : 0);
  }
}
