/**
 * Tells when nothing has been heard for so many milliseconds, and again for as long as that lasts. Its timer looks at the
 * clock when it fires: setting it anew for each chunk of a burst would cost as much as the chunk.
 */
export class IdleTimer {
  private readonly milliseconds: number;
  private readonly onSilence: () => void;
  /** As `performance.now()` says. */
  private heardAt = performance.now();
  private timer?: NodeJS.Timeout;

  constructor(milliseconds: number, onSilence: () => void) {
    this.milliseconds = milliseconds;
    this.onSilence = onSilence;
    this.wait(milliseconds);
  }

  touch(): void {
    this.heardAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private wait(milliseconds: number): void {
    this.timer = setTimeout(() => {
      const left = this.heardAt + this.milliseconds - performance.now();
      if (left > 0) return this.wait(Math.ceil(left));
      this.touch();
      this.wait(this.milliseconds);
      this.onSilence();
    }, milliseconds);
  }
}
