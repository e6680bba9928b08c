/** Releases a slot of the process. */
export type ReleaseSlot = () => void;

/**
 * The admission slots of one request that makes several calls of Bedrock: its own slot, and further ones while the
 * process has free slots. A call without a slot waits for another call of its request, never for another request. The
 * request's own slot is always in use while a call waits, so the wait ends.
 */
export class CallSlots {
  /** Upstream calls that count against the rate limit of the API key. The first one is the request itself. */
  counted = 1;
  private running = 0;
  private readonly further: ReleaseSlot[] = [];
  private readonly waiting: (() => void)[] = [];
  private isClosed = false;
  private readonly tryEnter: () => ReleaseSlot | undefined;

  /** Creates the slots. `tryEnter` takes a free slot of the process, if there is one. */
  constructor(tryEnter: () => ReleaseSlot | undefined) {
    this.tryEnter = tryEnter;
  }

  /** Returns true if the caller now has a slot. `release` releases it. */
  tryAcquire(): boolean {
    if (!this.isClosed && this.running > this.further.length) {
      const release = this.tryEnter();
      if (release === undefined) return false;
      this.further.push(release);
    }
    this.running += 1;
    return true;
  }

  /** Returns a promise only if no slot is free. Never rejects: after `close`, the signal of the call is aborted. */
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

  /** Releases all further slots at the end of the request. */
  close(): void {
    this.isClosed = true;
    for (const release of this.further.splice(0)) release();
    for (const resume of this.waiting.splice(0)) {
      this.running += 1;
      resume();
    }
  }
}
