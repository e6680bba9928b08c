import type { CallSlots } from '../request/call-slots.ts';

/** Rejects calls of a request that have not begun when another call of the request fails. */
class CallsStoppedError extends Error {}

/**
 * The turns of the upstream calls of one request. A call begins in the order of its turn, when a slot is free. After a failure
 * no further call begins, and the calls that run go on.
 */
export class CallTurns {
  private running = 0;
  private isStopped = false;
  private readonly waiting: (() => void)[] = [];
  private readonly slots: CallSlots;
  private readonly atMost: number;

  /** `atMost` is the largest number of calls at a time. */
  constructor(slots: CallSlots, atMost: number) {
    this.slots = slots;
    this.atMost = atMost;
  }

  /** Resolves when the call may begin. Each call ends with `end`. Rejects after `stop`. */
  async begin(): Promise<void> {
    while (this.running >= this.atMost) await new Promise<void>((resolve) => this.waiting.push(resolve));
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

  /** Lets no further call begin. */
  stop(): void {
    this.isStopped = true;
  }
}
