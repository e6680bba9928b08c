import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { RequestContext, RequestReport, FailureRenderer } from '../../request/request-context.ts';
import type { ContentRecorder } from '../../request/content-recorder.ts';
import type { ResponseHeaderName } from '../../request/headers/response-headers.ts';
import type { RequestTrace } from '../../request/request-trace.ts';
import type { CallSlots } from '../../request/call-slots.ts';
import type { BodyReservation } from '../../admission/uploads/body-reservation.ts';
import { CancelSource } from '../../request/cancel-signal.ts';
import { OpenAttempts } from '../../request/open-attempts.ts';
import { PromiseMemo } from '../../request/promise-memo.ts';
import { promptFieldOf } from './prompt-field.ts';
import type { Caller } from '../../request/caller.ts';
import type { GatewayConfig } from '../../config/gateway-config.ts';

/** A request after the first middleware, with its context. */
export type GatewayRequest = Request & {
  context: HttpRequestContext;
  /** Share of the body budget. Absent if no body was received. */
  bodyReservation?: BodyReservation;
};

/** Request ids that a client may set: printable, short, and harmless in logs and headers. */
const CLIENT_REQUEST_ID = /^[\w.:/+=@-]{1,128}$/;

/**
 * The RequestContext of an HTTP request: response headers go to the response, and its socket reports that the client
 * disconnected.
 */
export class HttpRequestContext implements RequestContext {
  readonly id: string;
  readonly startedAt = performance.now();
  readonly report: RequestReport = {};
  readonly attempts = new OpenAttempts();
  readonly cachePreference?: 'use' | 'skip';
  ledgerId?: string;
  /** The model in the path of the request, as in Azure's paths. */
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
  private isClosed = false;
  private closeListeners?: (() => void)[];
  private deadline?: NodeJS.Timeout;

  /** `config` is read when adjustments are reported. */
  constructor(request: Request, response: Response, config: Pick<GatewayConfig, 'deprecatedNames'>) {
    const clientId = request.headers['x-request-id'];
    this.id = typeof clientId === 'string' && CLIENT_REQUEST_ID.test(clientId) ? clientId : randomUUID();
    const cache = request.headers['x-outcrop-cache'];
    if (cache === 'use' || cache === 'skip') this.cachePreference = cache;
    this.response = response;
    this.config = config;
  }

  /** Ends the request and cancels all work for it. Called when the response has been sent or the client has disconnected. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.deadline);
    this.cancel(REQUEST_CLOSED);
    for (const work of this.closeListeners ?? []) work();
  }

  /**
   * Cancels the work for the request. If `reason` is a GatewayError, the client receives it. Only the first reason counts.
   */
  cancel(reason: Error): void {
    this.signal.cancel(reason);
  }

  /** Cancels the request with `failure()` the given milliseconds after its arrival. */
  cancelAfter(milliseconds: number, failure: () => Error): void {
    const remainingMs = this.startedAt + milliseconds - performance.now();
    if (!this.isClosed) this.deadline = setTimeout(() => this.cancel(failure()), Math.max(0, remainingMs));
  }

  /** Runs `work` once when the response has been sent or the client has disconnected; at once if that has happened. */
  onClose(work: () => void): void {
    if (this.isClosed) work();
    else if (this.closeListeners) this.closeListeners.push(work);
    else this.closeListeners = [work];
  }

  get emitsFormerNames(): boolean {
    return this.config.deprecatedNames.emit;
  }

  get promptField(): string {
    return promptFieldOf(this.response.req.path);
  }

  header(name: ResponseHeaderName, value: string | undefined): void {
    if (this.response.headersSent) return;
    if (value === undefined) this.response.removeHeader(name);
    else this.response.setHeader(name, value);
  }

  renderFailuresWith(renderer: FailureRenderer): void {
    this.failureRenderer = renderer;
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

/** Cancel reason after the client has disconnected. It is never sent as a response. */
export class ClientDisconnectedError extends Error {
  constructor() {
    super('The client closed the connection before the answer was complete.');
    this.name = 'ClientDisconnectedError';
  }
}

/** A shared instance, because the stack trace of a new error would cost time at the end of each request. */
const REQUEST_CLOSED = new ClientDisconnectedError();

/**
 * Returns the cancel reason if the request was canceled, because any other error is a consequence of it. Otherwise returns
 * `error`.
 */
export function cancelReasonOr(error: unknown, context: RequestContext): unknown {
  return context.signal.aborted ? context.signal.reason : error;
}
