const SECOND_MS = 1_000;

/** Lines of the log that strangers cause: at most so many a second, and the number of those that were not written. */
export class LineBudget {
  private readonly linesPerSecond: number;
  private readonly writeCount: (notWritten: number) => void;
  private secondEndsAt = 0;
  private lines = 0;
  private notWritten = 0;

  /** `writeCount` is called at the end of each second in which lines were left out. */
  constructor(linesPerSecond: number, writeCount: (notWritten: number) => void) {
    this.linesPerSecond = linesPerSecond;
    this.writeCount = writeCount;
  }

  /** True when the line may be written; otherwise it is counted. */
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
    // The last ones of a burst are counted even if no other line follows them.
    if (this.notWritten === 1) setTimeout(() => this.flush(), this.secondEndsAt - now).unref();
    return false;
  }

  private flush(): void {
    const { notWritten } = this;
    this.notWritten = 0;
    this.writeCount(notWritten);
  }
}
