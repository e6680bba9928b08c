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
 * A request as one of several models sees it. Answers of one model are not taken for those of another, and the work for one
 * model can be ended without ending the request.
 */
export class CallOfModel implements RequestContext {
  readonly id: string;
  readonly startedAt: number;
  readonly report: RequestReport;
  readonly attempts: OpenAttempts;
  readonly caller?: Caller;
  readonly trace?: RequestTrace;
  readonly contentLog?: ContentRecorder;
  readonly cachePreference?: 'use' | 'skip';
  readonly signal = new CancelSource();
  private readonly context: RequestContext;
  private readonly scope: string;
  private readonly cancel = (): void => this.signal.cancel(this.context.signal.reason);

  /** `scope` is the same on every retry, so that a retry finds the answers that the model has given. */
  constructor(context: RequestContext, scope: string) {
    this.id = context.id;
    this.startedAt = context.startedAt;
    this.report = context.report;
    this.attempts = context.attempts;
    this.caller = context.caller;
    this.trace = context.trace;
    this.contentLog = context.contentLog;
    this.cachePreference = context.cachePreference;
    this.context = context;
    this.scope = scope;
    if (context.signal.aborted) this.cancel();
    else context.signal.addEventListener('abort', this.cancel);
  }

  header(name: ResponseHeaderName, value: string | undefined): void {
    this.context.header(name, value);
  }

  get promptField(): string | undefined {
    return this.context.promptField;
  }

  get failureRenderer(): FailureRenderer | undefined {
    return this.context.failureRenderer;
  }

  renderFailuresWith(words: FailureRenderer): void {
    this.context.renderFailuresWith(words);
  }

  once<T>(key: string, work: () => Promise<T>): Promise<T> {
    return this.context.once(key.startsWith(SHARED_WORK) ? key : `${this.scope}/${key}`, work);
  }

  /** All models that are tried share the slots of the request. */
  slots(make: (context: RequestContext) => CallSlots): CallSlots {
    return this.context.slots(make);
  }

  forget(prefix: string, which: 'all' | 'unfinished'): void {
    this.context.forget(`${this.scope}/${prefix}`, which);
  }

  /** Ends the streams that have begun for this model, because another model answers. */
  leave(): void {
    this.context.signal.removeEventListener('abort', this.cancel);
    this.signal.cancel(new Error('Another model answers.'));
    this.forget(STREAM_WORK, 'all');
    this.forget('', 'unfinished');
  }
}
