/** A sample of the admission. */
export interface LoadSample {
  /** True if the event loop has been late for several samples. */
  late: boolean;
  /** Requests rejected since the last sample because no slot was free. */
  rejected: number;
  inFlight: number;
  /** Current maximum of requests in flight. */
  limit: number;
  queued: number;
  maxQueuedRequests: number;
}

/** Number of consecutive calm samples, half a second apart, that end an overload. */
const CALM_SAMPLES = 6;
const NEARLY_FULL = 0.9;
const HALF = 0.5;

/**
 * Decides whether this process should receive more requests. Reports an overload early, and its end only after some calm
 * seconds with free capacity, because a replica whose readiness changes every second does not help.
 */
export class OverloadDetector {
  /** Reason for the overload; undefined if there is none. */
  reason?: string;
  private calmSamples = 0;

  observe(sample: LoadSample): void {
    const reason = overloadReasonOf(sample);
    if (reason !== undefined) {
      this.reason = reason;
      this.calmSamples = 0;
    } else if (this.reason !== undefined) {
      this.calmSamples = hasFreeCapacity(sample) ? this.calmSamples + 1 : 0;
      if (this.calmSamples >= CALM_SAMPLES) this.reason = undefined;
    }
  }
}

function overloadReasonOf({ late, rejected, queued, maxQueuedRequests }: LoadSample): string | undefined {
  if (late) return 'the event loop is late';
  if (rejected > 0) return 'requests are rejected because no slot is free';
  return queued >= maxQueuedRequests * NEARLY_FULL ? 'the queue of waiting requests is nearly full' : undefined;
}

function hasFreeCapacity({ inFlight, limit, queued, maxQueuedRequests }: LoadSample): boolean {
  return inFlight <= limit * NEARLY_FULL && queued < maxQueuedRequests * HALF;
}
