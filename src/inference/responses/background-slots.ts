import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from '../../errors/errors.ts';
import type { AdmissionService } from '../../admission/admission.service.ts';
import type { BackgroundContext } from './background-context.ts';
import type { Caller } from '../../request/caller.ts';

/** The largest share of all background work for one API key, if there are several keys. */
const MAX_KEY_SHARES = 4;
const MAX_WAIT_MS = 2 ** 31 - 1;

/** The limits of the background work of this process. */
export interface BackgroundLimits {
  /** Jobs of all keys together, waiting ones included. */
  max: number;
  /** Number of API keys. */
  keys: number;
}

/** The background work that each key has in this process, and the order in which it takes admission slots. */
export class BackgroundSlots {
  /** Jobs by id of the key; keys without any are removed. */
  private readonly jobs = new Map<string, number>();
  /** By id of the key, a promise that resolves when all of its waiting jobs have slots or have ended. */
  private readonly queues = new Map<string, Promise<unknown>>();
  private total = 0;
  private readonly admission: Pick<AdmissionService, 'admit'>;
  private readonly limits: () => BackgroundLimits;

  constructor(admission: Pick<AdmissionService, 'admit'>, limits: () => BackgroundLimits) {
    this.admission = admission;
    this.limits = limits;
  }

  /** Largest number of jobs of one API key: all for a single key, a quarter for four or more keys. */
  get share(): number {
    const { max, keys } = this.limits();
    return Math.max(1, Math.ceil(max / Math.min(MAX_KEY_SHARES, Math.max(1, keys))));
  }

  /**
   * Reserves a place for a job. Returns false if the key has reached its share. A key below an equal share always gets
   * a place.
   */
  add(caller: Caller): boolean {
    const { max, keys } = this.limits();
    const own = this.jobs.get(caller.id) ?? 0;
    const equalShare = Math.max(1, Math.floor(max / Math.max(1, keys)));
    if (own >= this.share || (this.total >= max && own >= equalShare)) return false;
    this.jobs.set(caller.id, own + 1);
    this.total += 1;
    return true;
  }

  remove({ id }: Caller): void {
    const left = (this.jobs.get(id) ?? 0) - 1;
    this.total -= 1;
    if (left > 0) this.jobs.set(id, left);
    else this.jobs.delete(id);
  }

  /**
   * Resolves when the job has an admission slot, which is released when the context closes. One job of a key waits in
   * the admission queue at a time, the others behind it, so that background work does not fill the queue of requests.
   * Rejects with the reason of a cancelled job, or with 503 `overloaded` after `waitMs`.
   */
  async slotFor(context: BackgroundContext, caller: Caller, waitMs: number): Promise<void> {
    const before = this.queues.get(caller.id) ?? Promise.resolve();
    const entered = this.enter(before, context, caller, waitMs);
    const queue = Promise.allSettled([before, entered]);
    this.queues.set(caller.id, queue);
    void queue.finally(() => {
      if (this.queues.get(caller.id) === queue) this.queues.delete(caller.id);
    });
    await entered;
  }

  private async enter(
    before: Promise<unknown>,
    context: BackgroundContext,
    caller: Caller,
    waitMs: number,
  ): Promise<void> {
    const { signal } = context;
    const end = performance.now() + waitMs;
    await Promise.race([before, new Promise<void>((resolve) => signal.addEventListener('abort', resolve))]);
    for (;;) {
      signal.throwIfAborted();
      const left = Math.min(MAX_WAIT_MS, end - performance.now());
      try {
        await this.admission.admit(context, caller, Math.max(1, left));
        return;
      } catch (error) {
        // The queue is full or switched off. The job tries again for as long as it may wait.
        const isFull = error instanceof GatewayError && !signal.aborted && performance.now() < end;
        if (!isFull) throw error;
        await sleep((error.retryAfter ?? 1) * 1_000, undefined, { signal: signal.abortSignal }).catch(() => undefined);
      }
    }
  }
}
