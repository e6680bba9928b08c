import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { type BucketState, refill } from '../../shared-state/buckets/bucket.ts';
import { BoundedLabel } from '../../telemetry/metrics/bounded-label.ts';
import type { QuotaBucket } from './quota-table.ts';

const MAX_BUCKETS = 200;
const WAIT_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60];

/** Outcome of waiting for a quota. */
export type WaitOutcome = 'admitted' | 'rejected' | 'client_disconnected';

/** Metrics of quotas. The label `bucket` is a bucket's name; after 200 names, each new one is `other`. */
export class QuotaMetrics {
  private readonly buckets = new BoundedLabel(MAX_BUCKETS);
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
      help: 'Requests that Bedrock throttled although the gateway counted enough quota for them.',
      labelNames: ['bucket'],
      registers,
    });
    this.waits = new Histogram({
      name: 'outcrop_quota_wait_seconds',
      help: 'Time that requests waited for a quota.',
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

  /** Records the level of a bucket at the time `at`. */
  seen(bucket: QuotaBucket, level: number, at: number): void {
    const known = this.levels.get(bucket.name);
    if (known !== undefined) {
      known.bucket = bucket;
      known.state.level = level;
      known.state.at = at;
    } else if (this.levels.size < MAX_BUCKETS) {
      this.levels.set(bucket.name, { bucket, state: { level, at } });
    }
  }

  private fillGauge(registry: Registry): void {
    const { levels } = this;
    const gauge: Gauge<'bucket'> = new Gauge({
      name: 'outcrop_quota_available_ratio',
      help: 'Share of a bucket that is available: the level after its last use, refilled until now. 1 is full, 0 or less is empty.',
      labelNames: ['bucket'],
      registers: [registry],
      collect() {
        for (const [name, { bucket, state }] of levels) {
          refill(state, bucket.spec, Date.now());
          gauge.set({ bucket: name }, state.level / bucket.spec.capacity);
        }
      },
    });
  }
}
