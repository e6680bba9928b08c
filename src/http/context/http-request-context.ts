import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { RequestContext, RequestReport, FailureRenderer } from '../../request/request-context.ts';
import type { ContentRecorder } from '../../request/content-recorder.ts';
import type { RequestTrace } from '../../request/request-trace.ts';
import type { CallSlots } from '../../request/call-slots.ts';
import type { BodyShare } from '../../admission/uploads/body-share.ts';
import { CancelSource } from '../../request/cancel-signal.ts';
import { OpenAttempts } from '../../request/open-attempts.ts';
import { PromiseMemo } from '../../request/promise-memo.ts';
import { promptFieldOf } from './prompt-field.ts';
import type { Caller } from '../../request/caller.ts';
import type { GatewayConfig } from '../../config/gateway-config.ts';
import { withFormerAdjustments } from '../../wire/adjustments/former-adjustments.ts';

const ADJUSTED_HEADER = 'x-outcrop-adjusted';

/** A request after the first middleware: with its call. */
export type GatewayRequest = Request & {
  context: HttpRequestContext;
  /** What its body holds of the body budget; absent if no body was received. */
  bodyShare?: BodyShare;
};

/** Request ids that a client may choose: printable, short, harmless in logs and headers. */
const SANE_ID = /^[\w.:/+=@-]{1,128}$/;

/** The HTTP side of a call: headers go to the response, the hang-up comes from its socket. */
export class HttpRequestContext implements RequestContext {
  readonly id: string;
  readonly startedAt = performance.now();
  readonly report: RequestReport = {};
  readonly attempts = new OpenAttempts();
  readonly cachePreference?: 'use' | 'skip';
  /** The model that the path of the request names, as Azure's paths do. */
  deployment?: string;
  caller?: Caller;
  trace?: RequestTrace;
  contentLog?: ContentRecorder;
  failureRenderer?: FailureRenderer;
  readonly signal = new CancelSource();
  private readonly response: Response;
  private readonly config: Pick<GatewayConfig, 'deprecatedNames'>;
  private readonly done = new PromiseMemo();
  private callSlots?: CallSlots;
  private isOver = false;
  private closeListeners?: (() => void)[];
  private deadline?: NodeJS.Timeout;

  /** `config` is read when a header is set. */
  constructor(request: Request, response: Response, config: Pick<GatewayConfig, 'deprecatedNames'>) {
    const asked = request.headers['x-request-id'];
    this.id = typeof asked === 'string' && SANE_ID.test(asked) ? asked : randomUUID();
    const cache = request.headers['x-outcrop-cache'];
    if (cache === 'use' || cache === 'skip') this.cachePreference = cache;
    this.response = response;
    this.config = config;
  }

  /** Nobody waits for this call any more: whatever still runs for it stops. */
  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.deadline);
    this.cancel(CALL_IS_OVER);
    for (const work of this.closeListeners ?? []) work();
  }

  /** Stops the work for the request. If `reason` is a GatewayError, the client receives it. The first reason counts. */
  cancel(reason: Error): void {
    this.signal.cancel(reason);
  }

  /** Ends the call so many milliseconds after its arrival, because of `failure()`. */
  cancelAfter(milliseconds: number, failure: () => Error): void {
    const left = this.startedAt + milliseconds - performance.now();
    if (!this.isOver) this.deadline = setTimeout(() => this.cancel(failure()), Math.max(0, left));
  }

  /** Runs `work` once, when the answer is out or the client has gone; at once where that has been. */
  onClose(work: () => void): void {
    if (this.isOver) work();
    else if (this.closeListeners) this.closeListeners.push(work);
    else this.closeListeners = [work];
  }

  get promptField(): string {
    return promptFieldOf(this.response.req.path);
  }

  header(name: string, value: string | undefined): void {
    if (this.response.headersSent) return;
    if (value === undefined) this.response.removeHeader(name);
    else this.response.setHeader(name, name === ADJUSTED_HEADER ? this.withFormerNames(value) : value);
  }

  private withFormerNames(adjusted: string): string {
    return this.config.deprecatedNames.emit ? withFormerAdjustments(adjusted.split(', ')).join(', ') : adjusted;
  }

  renderFailuresWith(words: FailureRenderer): void {
    this.failureRenderer = words;
  }

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

/** Nothing is answered to it; it only stops work. */
export class ClientDisconnectedError extends Error {
  constructor() {
    super('The client closed the connection before the answer was complete.');
    this.name = 'ClientDisconnectedError';
  }
}

/** One for all: making an error at the end of each good request would cost a stack trace. */
const CALL_IS_OVER = new ClientDisconnectedError();

/** Why work for a call failed: once the call has been ended, whatever was thrown only follows from that. */
export function cancelReasonOr(error: unknown, context: RequestContext): unknown {
  return context.signal.aborted ? context.signal.reason : error;
}
