/** Gives a slot back to the process. */
export type ReleaseSlot = () => void;

/**
 * The admission slots of one request that makes several calls of Bedrock: its own, and further ones while the process has
 * them to spare. A call that finds no slot waits for another call of the same request and never for another request.
 * The own slot is always in use while a call waits, so waiting ends.
 */
export class CallSlots {
  /** Upstream calls that count against the rate of the API key; the request itself is the first. */
  counted = 1;
  private running = 0;
  private readonly further: ReleaseSlot[] = [];
  private readonly waiting: (() => void)[] = [];
  private isClosed = false;
  private readonly tryEnter: () => ReleaseSlot | undefined;

  /** `tryEnter` takes one more slot of the process, if one is free at once. */
  constructor(tryEnter: () => ReleaseSlot | undefined) {
    this.tryEnter = tryEnter;
  }

  /** Returns true if the caller has a slot now; `release` gives it back. */
  tryAcquire(): boolean {
    if (!this.isClosed && this.running > this.further.length) {
      const release = this.tryEnter();
      if (release === undefined) return false;
      this.further.push(release);
    }
    this.running += 1;
    return true;
  }

  /** Waits for a slot only if none is free at once. Never rejects: after `close` the call finds its signal aborted. */
  acquire(): Promise<void> | undefined {
    if (this.waiting.length === 0 && this.tryAcquire()) return undefined;
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  release(): void {
    this.running -= 1;
    if (this.waiting.length === 0) {
      this.further.pop()?.();
      return;
    }
    while (this.waiting.length > 0 && this.tryAcquire()) this.waiting.shift()!();
  }

  /** Gives back all further slots, because the request is over. */
  close(): void {
    this.isClosed = true;
    for (const release of this.further.splice(0)) release();
    for (const resume of this.waiting.splice(0)) {
      this.running += 1;
      resume();
    }
  }
}
