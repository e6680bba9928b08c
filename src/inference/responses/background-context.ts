import { randomUUID } from 'node:crypto';
import type { RequestContext, RequestReport } from '../../request/request-context.ts';
import type { CallSlots } from '../../request/call-slots.ts';
import { OpenAttempts } from '../../request/open-attempts.ts';
import { CancelSource } from '../../request/cancel-signal.ts';
import type { ContentRecorder } from '../../request/content-recorder.ts';
import { PromiseMemo } from '../../request/promise-memo.ts';
import type { Caller } from '../../request/caller.ts';

/** A call that nobody waits for: its answer is stored, and it ends when it is done or cancelled. */
export class BackgroundContext implements RequestContext {
  readonly id = randomUUID();
  startedAt = performance.now();
  readonly report: RequestReport = {};
  readonly attempts = new OpenAttempts();
  readonly caller?: Caller;
  contentLog?: ContentRecorder;
  readonly signal = new CancelSource();
  private readonly done = new PromiseMemo();
  private callSlots?: CallSlots;
  private readonly closeListeners: (() => void)[] = [];

  constructor(caller: Caller | undefined) {
    this.caller = caller;
    this.attempts.isCommitted = true;
  }

  /** Stops the work; a GatewayError is what the stored response tells. The first reason counts. */
  cancel(reason: Error): void {
    this.signal.cancel(reason);
  }

  /** The work begins after waiting: the time limits of retries count from now on. */
  begin(): void {
    this.startedAt = performance.now();
  }

  /** Runs `work` when the call is over. */
  onClose(work: () => void): void {
    this.closeListeners.push(work);
  }

  /** Gives back all that the call holds; called once. */
  close(): void {
    this.signal.cancel(new Error('The background work has ended.'));
    for (const work of this.closeListeners) work();
  }

  /** There is no answer whose headers these could be. */
  header(): void {}

  renderFailuresWith(): void {}

  once<T>(key: string, work: () => Promise<T>): Promise<T> {
    return this.done.run(key, work);
  }

  forget(prefix: string, which: 'all' | 'unfinished'): void {
    this.done.forget(prefix, which);
  }

  slots(make: (context: RequestContext) => CallSlots): CallSlots {
    return (this.callSlots ??= make(this));
  }
}
