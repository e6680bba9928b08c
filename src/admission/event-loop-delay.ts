import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 20;
const NANOSECONDS = 1e6;

/** Measures the delay of the event loop. Costs fifty native wake-ups a second, and none in JavaScript. */
export class EventLoopDelay {
  private readonly histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  start(): void {
    this.histogram.enable();
  }

  stop(): void {
    this.histogram.disable();
  }

  /**
   * Returns the mean event-loop delay in milliseconds since the last call. Node's value includes the sampling interval,
   * which is subtracted.
   */
  takeMeanMs(): number {
    const { mean } = this.histogram;
    this.histogram.reset();
    return Number.isFinite(mean) ? Math.max(0, mean / NANOSECONDS - RESOLUTION_MS) : 0;
  }
}
