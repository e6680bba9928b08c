/**
 * Calls `onSilence` after each period of `milliseconds` without activity. `touch` only stores the time, which the timer
 * compares when it fires. A new timer for each chunk would cost as much as the chunk.
 */
export class IdleTimer {
  private readonly milliseconds: number;
  private readonly onSilence: () => void;
  /** Time of the last activity, from `performance.now()`. */
  private touchedAt = performance.now();
  private timer?: NodeJS.Timeout;

  constructor(milliseconds: number, onSilence: () => void) {
    this.milliseconds = milliseconds;
    this.onSilence = onSilence;
    this.wait(milliseconds);
  }

  touch(): void {
    this.touchedAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private wait(milliseconds: number): void {
    this.timer = setTimeout(() => {
      const remainingMs = this.touchedAt + this.milliseconds - performance.now();
      if (remainingMs > 0) return this.wait(Math.ceil(remainingMs));
      this.touch();
      this.wait(this.milliseconds);
      this.onSilence();
    }, milliseconds);
  }
}
