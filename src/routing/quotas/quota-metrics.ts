import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { type BucketState, refill } from '../../shared-state/buckets/bucket.ts';
import { BoundedLabel } from '../../telemetry/metrics/bounded-label.ts';
import type { QuotaBucket } from './quota-table.ts';

const MOST_BUCKETS = 200;
const WAIT_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60];

/** How waiting for a quota ended. */
export type WaitOutcome = 'admitted' | 'rejected' | 'client_disconnected';

/** The metrics of quotas. `bucket` is a bucket's name; after 200 of them every new one is `other`. */
export class QuotaMetrics {
  private readonly buckets = new BoundedLabel(MOST_BUCKETS);
  private readonly levels = new Map<string, { bucket: QuotaBucket; state: BucketState }>();
  private readonly avoidedTotal: Counter<'bucket'>;
  private readonly throttledTotal: Counter<'bucket'>;
  private readonly waits: Histogram<'outcome'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.avoidedTotal = new Counter({
      name: 'outcrop_quota_rejections_total',
      help: 'Requests not sent to a target because Bedrock would have throttled them there.',
      labelNames: ['bucket'],
      registers,
    });
    this.throttledTotal = new Counter({
      name: 'outcrop_quota_unexpected_throttles_total',
      help: 'Requests that Bedrock throttled although the bucket had room for them.',
      labelNames: ['bucket'],
      registers,
    });
    this.waits = new Histogram({
      name: 'outcrop_quota_wait_seconds',
      help: 'How long requests waited for their turn at a quota.',
      labelNames: ['outcome'],
      buckets: WAIT_SECONDS,
      registers,
    });
    this.fillGauge(registry);
  }

  avoided(bucket: QuotaBucket): void {
    this.avoidedTotal.inc({ bucket: this.buckets.of(bucket.name) });
  }

  throttled(bucket: QuotaBucket): void {
    this.throttledTotal.inc({ bucket: this.buckets.of(bucket.name) });
  }

  waited(seconds: number, outcome: WaitOutcome): void {
    this.waits.observe({ outcome }, seconds);
  }

  /** What a bucket holds, as it was last seen. */
  seen(bucket: QuotaBucket, level: number, at: number): void {
    const known = this.levels.get(bucket.name);
    if (known !== undefined) {
      known.bucket = bucket;
      known.state.level = level;
      known.state.at = at;
    } else if (this.levels.size < MOST_BUCKETS) {
      this.levels.set(bucket.name, { bucket, state: { level, at } });
    }
  }

  private fillGauge(registry: Registry): void {
    const { levels } = this;
    const gauge: Gauge<'bucket'> = new Gauge({
      name: 'outcrop_quota_available_ratio',
      help: 'Share of its quota that a bucket held when it was last used, refilled until now: 1 full, 0 or less empty.',
      labelNames: ['bucket'],
      registers: [registry],
      collect() {
        for (const [name, { bucket, state }] of levels) {
          refill(state, bucket.law, Date.now());
          gauge.set({ bucket: name }, state.level / bucket.law.capacity);
        }
      },
    });
  }
}
