import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds of work after which other work of the process gets a turn. */
const SLICE_MS = 2;
/** Number of steps between two looks at the clock. */
const STEPS_PER_CLOCK = 128;

/** Divides a long loop into slices, so that requests wait for at most one slice. */
export class EventLoopPause {
  private steps = 0;
  private sliceEndsAt = performance.now() + SLICE_MS;

  /** Counts one step of the loop. Returns true if the loop has to await `take`. */
  isDue(): boolean {
    this.steps += 1;
    return this.steps % STEPS_PER_CLOCK === 0 && performance.now() >= this.sliceEndsAt;
  }

  /** Counts one long step, and gives other work a turn if the slice is over. */
  takeIfLate(): Promise<void> | void {
    if (performance.now() >= this.sliceEndsAt) return this.take();
  }

  /** Waits until the event loop has made one turn. */
  async take(): Promise<void> {
    await nextTurn();
    this.sliceEndsAt = performance.now() + SLICE_MS;
  }
}
