const SECOND_MS = 1_000;

/**
 * Limits log lines that unauthenticated clients can cause: a number of lines each second, and a count of the omitted ones.
 */
export class LineBudget {
  private readonly linesPerSecond: number;
  private readonly writeCount: (notWritten: number) => void;
  private secondEndsAt = 0;
  private lines = 0;
  private notWritten = 0;
  private timer?: NodeJS.Timeout;

  /** Creates a budget. `writeCount` is called at the end of each second in which lines were omitted. */
  constructor(linesPerSecond: number, writeCount: (notWritten: number) => void) {
    this.linesPerSecond = linesPerSecond;
    this.writeCount = writeCount;
  }

  /** Returns true if the line may be written. Otherwise counts it as omitted. */
  take(now: number = Date.now()): boolean {
    if (now >= this.secondEndsAt) {
      this.secondEndsAt = now + SECOND_MS;
      this.lines = 0;
    }
    if (this.lines < this.linesPerSecond) {
      this.lines += 1;
      return true;
    }
    this.notWritten += 1;
    // The timer reports the last omitted lines of a burst, even if no other line follows.
    this.timer ??= setTimeout(() => this.flush(), this.secondEndsAt - now).unref();
    return false;
  }

  /** Reports the lines that were omitted since the last report, if any. Called at the end of a second and at shutdown. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { notWritten } = this;
    this.notWritten = 0;
    if (notWritten > 0) this.writeCount(notWritten);
  }
}
