/** Fewer would refuse for the sake of a delay that requests in flight do not make. */
const LEAST = 16;
/** So many samples in a row count: one alone is a large body or the garbage collector. */
const LATE_SAMPLES = 2;
const SHRINK = 0.9;
const GROW = 1.1;

export interface ConcurrencySettings {
  maxInFlight: number;
  /** 0: delays do not matter. */
  maxEventLoopDelayMs: number;
}

/**
 * How many requests may be in flight: as many as the settings say, or fewer while the event loop is late. Goes down by a
 * tenth of what is in flight with every late sample, and up by a tenth once the delay has halved.
 */
export class ConcurrencyLimit {
  private readonly settings: () => ConcurrencySettings;
  private reduced = Infinity;
  private lateSamples = 0;

  /** `settings` is asked each time: they may change. */
  constructor(settings: () => ConcurrencySettings) {
    this.settings = settings;
  }

  get value(): number {
    return Math.min(this.reduced, this.settings().maxInFlight);
  }

  /** The event loop is late for longer than a moment. */
  get late(): boolean {
    return this.lateSamples >= LATE_SAMPLES;
  }

  observe(delayMs: number, inFlight: number): void {
    const { maxInFlight, maxEventLoopDelayMs } = this.settings();
    const isLate = maxEventLoopDelayMs > 0 && delayMs > maxEventLoopDelayMs;
    this.lateSamples = isLate ? this.lateSamples + 1 : 0;
    if (this.late) {
      this.reduced = Math.max(LEAST, Math.floor(Math.min(this.value, inFlight) * SHRINK));
    } else if (delayMs <= maxEventLoopDelayMs / 2 || maxEventLoopDelayMs === 0) {
      const grown = Math.floor(this.reduced * GROW) + 1;
      this.reduced = grown >= maxInFlight ? Infinity : grown;
    }
  }
}
