import { Counter, Gauge, type Registry } from 'prom-client';

export type ReloadResult = 'changed' | 'unchanged' | 'rejected';

/** The numbers of the configuration. */
export class ConfigMetrics {
  private readonly generation: Gauge;
  private readonly reloads: Counter<'result'>;
  private readonly takenOver: Gauge;
  private readonly rejected: Gauge;
  private readonly pending: Gauge;

  constructor(registry: Registry) {
    const gauge = (name: string, help: string): Gauge =>
      new Gauge({ name: `outcrop_config_${name}`, help, registers: [registry] });
    this.generation = gauge('generation', 'Configurations this process has run with, the present one included.');
    this.takenOver = gauge('last_change_timestamp_seconds', 'When the present configuration was taken over.');
    this.rejected = gauge(
      'rejected',
      '1 while the files hold a rejected configuration and the previous one is in use.',
    );
    this.pending = gauge('restart_pending', 'Settings that have been changed and wait for a restart.');
    this.reloads = new Counter({
      name: 'outcrop_config_reloads_total',
      help: 'Readings of the configuration after the start.',
      labelNames: ['result'],
      registers: [registry],
    });
    for (const result of ['changed', 'unchanged', 'rejected'] as const) this.reloads.inc({ result }, 0);
    this.changed();
  }

  changed(): void {
    this.generation.inc();
    this.takenOver.set(Date.now() / 1000);
  }

  /** `pending`: how many settings wait for a restart; unknown of what is refused. */
  read(result: ReloadResult, pending?: number): void {
    this.reloads.inc({ result });
    this.rejected.set(result === 'rejected' ? 1 : 0);
    if (pending !== undefined) this.pending.set(pending);
  }
}
