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
  private readonly call: RequestContext;
  private readonly scope: string;

  /** `scope` is another for every attempt. */
  constructor(call: RequestContext, scope: string) {
    this.id = call.id;
    this.startedAt = call.startedAt;
    this.report = call.report;
    this.attempts = call.attempts;
    this.caller = call.caller;
    this.trace = call.trace;
    this.contentLog = call.contentLog;
    this.cachePreference = call.cachePreference;
    if (call.signal.aborted) this.signal.cancel(call.signal.reason);
    else call.signal.addEventListener('abort', () => this.signal.cancel(call.signal.reason));
    this.call = call;
    this.scope = scope;
  }

  header(name: string, value: string | undefined): void {
    this.call.header(name, value);
  }

  get promptField(): string | undefined {
    return this.call.promptField;
  }

  get failureRenderer(): FailureRenderer | undefined {
    return this.call.failureRenderer;
  }

  renderFailuresWith(words: FailureRenderer): void {
    this.call.renderFailuresWith(words);
  }

  once<T>(key: string, work: () => Promise<T>): Promise<T> {
    return this.call.once(`${this.scope}/${key}`, work);
  }

  /** All models that are tried share the slots of the request. */
  slots(make: (call: RequestContext) => CallSlots): CallSlots {
    return this.call.slots(make);
  }

  /** Another model answers: streams that have begun for this one stop. */
  leave(): void {
    this.signal.cancel(new Error('Another model answers.'));
  }
}
