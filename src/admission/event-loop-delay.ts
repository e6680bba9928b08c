import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 20;
const NANOSECONDS = 1e6;

/** How late the event loop runs its timers. Costs fifty wake-ups a second, none of them in JavaScript. */
export class EventLoopDelay {
  private readonly histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  start(): void {
    this.histogram.enable();
  }

  stop(): void {
    this.histogram.disable();
  }

  /** Milliseconds on average since it was taken last. Node's figure contains the pause between two looks. */
  takeMeanMs(): number {
    const { mean } = this.histogram;
    this.histogram.reset();
    return Number.isFinite(mean) ? Math.max(0, mean / NANOSECONDS - RESOLUTION_MS) : 0;
  }
}
