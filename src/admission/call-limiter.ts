import type { CallSlots } from '../request/call-slots.ts';

/** Error of a call that does not begin, because another call of the same request has failed. */
class CallsStoppedError extends Error {}

/**
 * Limits the concurrent upstream calls of one request. Calls begin in order, each when a slot is free. After a failure, no
 * further call begins, but running calls continue.
 */
export class CallLimiter {
  private running = 0;
  private isStopped = false;
  private readonly waiting: (() => void)[] = [];
  private readonly slots: CallSlots;
  private readonly maxConcurrent: number;

  constructor(slots: CallSlots, maxConcurrent: number) {
    this.slots = slots;
    this.maxConcurrent = maxConcurrent;
  }

  /**
   * Runs one call when a slot is free. Rejects with the failure of the call, or if `stop` was called before. `onFailure`
   * decides whether a failure of this call prevents calls that have not begun.
   */
  async run<Answer>(call: () => Promise<Answer>, onFailure: 'stop' | 'continue' = 'stop'): Promise<Answer> {
    await this.begin();
    try {
      return await call();
    } catch (failure) {
      if (onFailure === 'stop') this.stop();
      throw failure;
    } finally {
      this.end();
    }
  }

  /** Prevents calls that have not begun from beginning. */
  stop(): void {
    this.isStopped = true;
  }

  private async begin(): Promise<void> {
    while (this.running >= this.maxConcurrent) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running += 1;
    await this.slots.acquire();
    if (!this.isStopped) return;
    this.end();
    throw new CallsStoppedError('Another call of the request has failed.');
  }

  private end(): void {
    this.slots.release();
    this.running -= 1;
    this.waiting.shift()?.();
  }
}
