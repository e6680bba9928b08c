import { randomUUID } from 'node:crypto';
import type { RequestContext, RequestReport } from '../../request/request-context.ts';
import type { CallSlots } from '../../request/call-slots.ts';
import { OpenAttempts } from '../../request/open-attempts.ts';
import { CancelSource } from '../../request/cancel-signal.ts';
import type { ContentRecorder } from '../../request/content-recorder.ts';
import { PromiseMemo } from '../../request/promise-memo.ts';
import type { Caller } from '../../request/caller.ts';

/** The context of a background response: no client waits for it, and its answer is stored. */
export class BackgroundContext implements RequestContext {
  readonly id = randomUUID();
  startedAt = performance.now();
  readonly report: RequestReport = {};
  readonly attempts = new OpenAttempts();
  readonly caller?: Caller;
  /** Id of the row in the ledger, which the client has received with the queued response. */
  readonly ledgerId?: string;
  contentLog?: ContentRecorder;
  readonly signal = new CancelSource();
  /** Background work sends no headers. */
  readonly emitsFormerNames = false;
  private readonly done = new PromiseMemo();
  private callSlots?: CallSlots;
  private readonly closeListeners: (() => void)[] = [];

  /** `request` is the request that asked for the response. */
  constructor(request: Pick<RequestContext, 'caller' | 'ledgerId'>) {
    this.caller = request.caller;
    this.ledgerId = request.ledgerId;
    this.attempts.isCommitted = true;
  }

  /** Stops the work. If `reason` is a GatewayError, the stored response contains it. The first reason counts. */
  cancel(reason: Error): void {
    this.signal.cancel(reason);
  }

  /** Starts the time limits and measurements, because the work begins after it has waited for a slot. */
  begin(): void {
    this.startedAt = performance.now();
    this.report.delaySource = undefined;
  }

  /** Runs `work` when the background response has ended. */
  onClose(work: () => void): void {
    this.closeListeners.push(work);
  }

  /** Releases the resources of the background response. Called once. */
  close(): void {
    this.signal.cancel(new Error('The background work has ended.'));
    for (const work of this.closeListeners) work();
  }

  /** Ignores the header, because background work has no HTTP response. */
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
