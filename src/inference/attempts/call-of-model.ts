import type { RequestContext, RequestReport, FailureRenderer } from '../../request/request-context.ts';
import type { CallSlots } from '../../request/call-slots.ts';
import type { OpenAttempts } from '../../request/open-attempts.ts';
import { CancelSource } from '../../request/cancel-signal.ts';
import type { ContentRecorder } from '../../request/content-recorder.ts';
import type { RequestTrace } from '../../request/request-trace.ts';
import type { Caller } from '../../request/caller.ts';

/**
 * A call as one of several models has it: what was done for another model is not remembered for this one, and what
 * runs for it can be ended without ending the call.
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

  /** `scope` is another for every attempt. */
  constructor(context: RequestContext, scope: string) {
    this.id = context.id;
    this.startedAt = context.startedAt;
    this.report = context.report;
    this.attempts = context.attempts;
    this.caller = context.caller;
    this.trace = context.trace;
    this.contentLog = context.contentLog;
    this.cachePreference = context.cachePreference;
    if (context.signal.aborted) this.signal.cancel(context.signal.reason);
    else context.signal.addEventListener('abort', () => this.signal.cancel(context.signal.reason));
    this.context = context;
    this.scope = scope;
  }

  header(name: string, value: string | undefined): void {
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
    return this.context.once(`${this.scope}/${key}`, work);
  }

  /** All models that are tried share the slots of the request. */
  slots(make: (context: RequestContext) => CallSlots): CallSlots {
    return this.context.slots(make);
  }

  /** Another model answers: streams that have begun for this one stop. */
  leave(): void {
    this.signal.cancel(new Error('Another model answers.'));
  }
}
