/** What a sample of the admission says. */
export interface LoadSample {
  /** The event loop is late for longer than a moment. */
  late: boolean;
  /** Requests refused since the sample before, for want of a place. */
  refused: number;
  inFlight: number;
  /** How many may be in flight now. */
  limit: number;
  queued: number;
  maxQueuedRequests: number;
}

/** So many calm samples in a row, half a second apart, until requests are welcome again. */
const CALM_SAMPLES = 6;
const NEARLY_FULL = 0.9;
const HALF = 0.5;

/**
 * Whether this process should get more requests. Says no before it drowns, and yes again only when it has been calm for
 * some seconds and has room: a replica that comes and goes every second helps nobody.
 */
export class OverloadDetector {
  /** Why no more requests should come; undefined while they may. */
  reason?: string;
  private calmSamples = 0;

  observe(sample: LoadSample): void {
    const trouble = troubleOf(sample);
    if (trouble !== undefined) {
      this.reason = trouble;
      this.calmSamples = 0;
    } else if (this.reason !== undefined) {
      this.calmSamples = hasRoom(sample) ? this.calmSamples + 1 : 0;
      if (this.calmSamples >= CALM_SAMPLES) this.reason = undefined;
    }
  }
}

function troubleOf({ late, refused, queued, maxQueuedRequests }: LoadSample): string | undefined {
  if (late) return 'the event loop is late';
  if (refused > 0) return 'requests are refused for want of a place';
  return queued >= maxQueuedRequests * NEARLY_FULL ? 'the queue of waiting requests is nearly full' : undefined;
}

function hasRoom({ inFlight, limit, queued, maxQueuedRequests }: LoadSample): boolean {
  return inFlight <= limit * NEARLY_FULL && queued < maxQueuedRequests * HALF;
}
