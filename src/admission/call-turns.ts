import type { CallSlots } from '../request/call-slots.ts';

/** Error of a call that does not begin, because another call of the same request has failed. */
class CallsStoppedError extends Error {}

/**
 * Queues the upstream calls of one request. Calls begin in order, each when a slot is free. After a failure, no further
 * call begins, but running calls continue.
 */
export class CallTurns {
  private running = 0;
  private isStopped = false;
  private readonly waiting: (() => void)[] = [];
  private readonly slots: CallSlots;
  private readonly maxConcurrent: number;

  /** `maxConcurrent` is the largest number of calls at a time. */
  constructor(slots: CallSlots, maxConcurrent: number) {
    this.slots = slots;
    this.maxConcurrent = maxConcurrent;
  }

  /** Resolves when the call may begin. Each call ends with `end`. Rejects after `stop`. */
  async begin(): Promise<void> {
    while (this.running >= this.maxConcurrent) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running += 1;
    await this.slots.acquire();
    if (!this.isStopped) return;
    this.end();
    throw new CallsStoppedError('Another call of the request has failed.');
  }

  end(): void {
    this.slots.release();
    this.running -= 1;
    this.waiting.shift()?.();
  }

  /** Prevents calls that have not begun from beginning. */
  stop(): void {
    this.isStopped = true;
  }
}
