import type { RequestContext, RequestReport, FailureRenderer } from '../../request/request-context.ts';
import type { CallSlots } from '../../request/call-slots.ts';
import type { OpenAttempts } from '../../request/open-attempts.ts';
import { CancelSource } from '../../request/cancel-signal.ts';
import type { ContentRecorder } from '../../request/content-recorder.ts';
import { SHARED_WORK, STREAM_WORK } from '../../request/work-keys.ts';
import type { ResponseHeaderName } from '../../request/headers/response-headers.ts';
import type { RequestTrace } from '../../request/request-trace.ts';
import type { Caller } from '../../request/caller.ts';

/**
 * The context of a request for one of several models. Answers of one model are not reused for another, and the gateway
 * can cancel the work for one model without the request.
 */
export class ModelContext implements RequestContext {
  readonly signal = new CancelSource();
  private readonly request: RequestContext;
  private readonly scope: string;
  private readonly cancel = (): void => this.signal.cancel(this.request.signal.reason);

  /** `scope` is the same on every retry, so that a retry finds the answers that the model has given. */
  constructor(request: RequestContext, scope: string) {
    this.request = request;
    this.scope = scope;
    if (request.signal.aborted) this.cancel();
    else request.signal.addEventListener('abort', this.cancel);
  }

  get id(): string {
    return this.request.id;
  }

  get ledgerId(): string | undefined {
    return this.request.ledgerId;
  }

  get startedAt(): number {
    return this.request.startedAt;
  }

  get report(): RequestReport {
    return this.request.report;
  }

  get attempts(): OpenAttempts {
    return this.request.attempts;
  }

  get caller(): Caller | undefined {
    return this.request.caller;
  }

  get trace(): RequestTrace | undefined {
    return this.request.trace;
  }

  get contentLog(): ContentRecorder | undefined {
    return this.request.contentLog;
  }

  get cachePreference(): 'use' | 'skip' | undefined {
    return this.request.cachePreference;
  }

  get emitsFormerNames(): boolean {
    return this.request.emitsFormerNames;
  }

  get promptField(): string | undefined {
    return this.request.promptField;
  }

  get failureRenderer(): FailureRenderer | undefined {
    return this.request.failureRenderer;
  }

  renderFailuresWith(render: FailureRenderer): void {
    this.request.renderFailuresWith(render);
  }

  header(name: ResponseHeaderName, value: string | undefined): void {
    this.request.header(name, value);
  }

  once<T>(key: string, work: () => Promise<T>): Promise<T> {
    return this.request.once(key.startsWith(SHARED_WORK) ? key : `${this.scope}/${key}`, work);
  }

  /** Returns the slots of the request, which the attempts of all models share. */
  slots(make: (context: RequestContext) => CallSlots): CallSlots {
    return this.request.slots(make);
  }

  forget(prefix: string, which: 'all' | 'unfinished'): void {
    this.request.forget(`${this.scope}/${prefix}`, which);
  }

  /** Ends the streams that have begun for this model, because the gateway tries another one. */
  leave(): void {
    this.request.signal.removeEventListener('abort', this.cancel);
    this.signal.cancel(new Error('Another model answers.'));
    this.forget(STREAM_WORK, 'all');
    this.forget('', 'unfinished');
  }
}
