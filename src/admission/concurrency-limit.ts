/** Minimum limit. Below it, requests in flight do not cause the delay, and rejecting more would not help. */
const MIN_LIMIT = 16;
/** Number of consecutive late samples that count. A single one can be a large body or a garbage collection. */
const LATE_SAMPLES = 2;
const SHRINK = 0.9;
const GROW = 1.1;

/** Settings of the limit. */
export interface ConcurrencySettings {
  maxInFlight: number;
  /** Milliseconds; 0 disables the check of delays. */
  maxEventLoopDelayMs: number;
}

/**
 * Limits the requests in flight to `maxInFlight`, or to fewer while the event loop is late. Each late sample reduces the
 * limit to nine tenths of the requests in flight. When the delay has halved, the limit grows by a tenth with each sample.
 */
export class ConcurrencyLimit {
  private readonly settings: () => ConcurrencySettings;
  private reduced = Infinity;
  private lateSamples = 0;

  /** Creates the limit. `settings` is called each time, because they may change. */
  constructor(settings: () => ConcurrencySettings) {
    this.settings = settings;
  }

  get value(): number {
    return Math.min(this.reduced, this.settings().maxInFlight);
  }

  /** True if the event loop has been late for several samples. */
  get late(): boolean {
    return this.lateSamples >= LATE_SAMPLES;
  }

  observe(delayMs: number, inFlight: number): void {
    const { maxInFlight, maxEventLoopDelayMs } = this.settings();
    const isLate = maxEventLoopDelayMs > 0 && delayMs > maxEventLoopDelayMs;
    this.lateSamples = isLate ? this.lateSamples + 1 : 0;
    if (this.late) {
      this.reduced = Math.max(MIN_LIMIT, Math.floor(Math.min(this.value, inFlight) * SHRINK));
    } else if (delayMs <= maxEventLoopDelayMs / 2 || maxEventLoopDelayMs === 0) {
      const grown = Math.floor(this.reduced * GROW) + 1;
      this.reduced = grown >= maxInFlight ? Infinity : grown;
    }
  }
}
