import type { Dispatcher } from 'undici';
import type { HttpDispatcher } from '../../libraries/undici.ts';
import { GatewayError } from '../../errors/errors.ts';
import type { UpstreamCallSpan } from '../tracing/upstream-span.ts';
import { connectionError, fromAwsError, upstreamTimeout } from '../errors/bedrock-errors.ts';
import type { AwsSession } from '../sessions/aws-session.ts';
import type { SigningIdentity } from '../sessions/signing-identity.ts';
import { firstHeaderValue, parseAwsError } from './aws-error-response.ts';
import type { OpenAttempts } from '../../request/open-attempts.ts';
import { IdleTimer } from '../../request/idle-timer.ts';
import type { CancelSignal } from '../../request/cancel-signal.ts';
import { asUnsendable, requireSendable } from './unsendable.ts';

/** Limit of an error body. It holds a name and a message, in which AWS may repeat a part of the request. */
const MAX_ERROR_BYTES = 1024 * 1024;

/** Timeouts of an exchange, in milliseconds. */
export interface UpstreamTimeouts {
  /** From the start of the request to the first event. */
  firstEventMs: number;
  /** Between two events. */
  idleMs: number;
  /** For the whole exchange. */
  totalMs: number;
}

/** A POST to Bedrock. */
export interface UpstreamRequest {
  /** URL-encoded path, e.g. `/model/us.anthropic.claude-sonnet-4-6/converse`. */
  path: string;
  /** Encoded JSON. The same bytes are hashed for the signature, sent, and sent again on a retry. */
  body: Buffer;
  accept: string;
  /** Bedrock's own headers (`x-amzn-bedrock-…`) by lower-case name. */
  headers?: Readonly<Record<string, string>>;
  /** Credentials that replace those of the session. */
  identity?: SigningIdentity | undefined;
  signal: CancelSignal;
  clocks: UpstreamTimeouts;
  /** Notified when Bedrock has accepted the request. */
  attempts?: OpenAttempts;
  /** Absent if requests are not traced. */
  trace?: UpstreamCallSpan;
  /** Set when the exchange begins. */
  progress?: ExchangeProgress | undefined;
}

/** How far an exchange has come, from which follows whether Bedrock bills it. */
export interface ExchangeProgress {
  /** `sent`: Bedrock may have the request. `accepted`: Bedrock has answered 200. */
  readonly stage: 'waiting' | 'sent' | 'accepted';
  /** AWS's id of an accepted request. */
  readonly requestId: string | undefined;
  /** True if the gateway ended the exchange: by a time limit, or because no client waits for the answer. */
  readonly isLeft: boolean;
}

/** Facts of an accepted request, available before its body. */
export interface UpstreamResponseHead {
  requestId?: string;
  /** Response headers as undici returns them, by lower-case name. */
  headers?: Readonly<Record<string, unknown>>;
}

/** Receives the body of an accepted answer. `close` is called exactly once. */
export interface BodySink {
  /** True once the model has produced output. Until then `firstEventMs` applies, afterwards `idleMs`. */
  readonly begun: boolean;
  data(chunk: Buffer): void;
  /** Ends the body. Without `failure`, it is complete. */
  close(failure?: Error): void;
}

/** Creates the sink for an accepted answer. `flow` pauses and aborts the upstream. */
export type CreateBodySink = (head: UpstreamResponseHead, flow: Dispatcher.DispatchController) => BodySink;

/**
 * Sends one signed POST over the pool. Calls `accept` for a 200, and rejects with a GatewayError for every other status.
 * Resolves when the body is complete or has failed, which the sink receives. Rejects if no body began.
 */
export function postSigned(
  pool: HttpDispatcher,
  session: AwsSession,
  request: UpstreamRequest,
  accept: CreateBodySink,
): Promise<void> {
  const { trace } = request;
  const exchange = exchangeOver(pool, session, request, accept);
  return trace === undefined ? exchange : trace.during(exchange);
}

async function exchangeOver(
  pool: HttpDispatcher,
  session: AwsSession,
  request: UpstreamRequest,
  accept: CreateBodySink,
): Promise<void> {
  if (request.headers !== undefined) requireSendable(request.headers);
  const [origin, headers] = await Promise.all([session.origin(), session.signedHeaders(request, request.identity)]);
  request.signal.throwIfAborted();
  // The trace headers are not signed: proxies may read or change them, and AWS ignores them.
  if (request.trace) Object.assign(headers, request.trace.recordServer(origin));
  // The promise is returned without `await`, which would keep this function's variables in memory for as long as a stream
  // lasts.
  return new Promise<void>((resolve, reject) => {
    const exchange = new Exchange(request, session, accept, { resolve, reject });
    pool.dispatch(
      {
        origin,
        path: request.path,
        method: 'POST',
        headers,
        body: request.body,
        // Undici's timeouts apply to headers and bytes. Those of the gateway apply to events, and headers may arrive long
        // before the first event.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      exchange,
    );
  });
}

/** Handles the callbacks of undici for one exchange. */
class Exchange implements Dispatcher.DispatchHandler, ExchangeProgress {
  stage: ExchangeProgress['stage'] = 'waiting';
  requestId: string | undefined;
  private controller?: Dispatcher.DispatchController;
  private sink?: BodySink;
  private errorResponse?: { status: number; headers: Record<string, unknown>; parts: Buffer[]; bytes: number };
  private readonly deadline: NodeJS.Timeout;
  /** Runs until the first event. */
  private firstEventTimer?: NodeJS.Timeout;
  /** Runs from the first event on. */
  private idleTimer?: IdleTimer;
  private readonly onAbort = (): void => this.stop(this.request.signal.reason as Error);
  private readonly request: UpstreamRequest;
  private readonly session: AwsSession;
  private readonly accept: CreateBodySink;
  private readonly outcome: { resolve: () => void; reject: (error: Error) => void };
  private stopped?: Error;

  constructor(request: UpstreamRequest, session: AwsSession, accept: CreateBodySink, outcome: Exchange['outcome']) {
    this.request = request;
    this.session = session;
    this.accept = accept;
    this.outcome = outcome;
    request.progress = this;
    this.deadline = setTimeout(
      () => this.stop(upstreamTimeout('The call to Bedrock exceeded its total time limit.')),
      request.clocks.totalMs,
    );
    request.signal.addEventListener('abort', this.onAbort);
  }

  get isLeft(): boolean {
    return this.stopped !== undefined;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.stopped) return controller.abort(this.stopped);
    this.stage = 'sent';
    this.firstEventTimer ??= setTimeout(() => this.timeOut(), this.request.clocks.firstEventMs);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    if (status !== 200) {
      this.errorResponse = { status, headers, parts: [], bytes: 0 };
      return;
    }
    // The raw headers keep the buffer of their socket read in memory for as long as the stream lasts; the parsed headers do
    // not.
    controller.rawHeaders = null;
    this.request.attempts?.accepted();
    this.stage = 'accepted';
    const requestId = firstHeaderValue(headers['x-amzn-requestid']);
    this.requestId = requestId;
    this.request.trace?.recordRequestId(requestId);
    this.sink = this.accept({ requestId, headers }, controller);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    try {
      if (this.errorResponse) this.collectError(chunk);
      else this.sink?.data(chunk);
      if (this.sink?.begun) this.restartIdleTimer();
    } catch (error) {
      controller.abort(error as Error);
    }
  }

  onResponseEnd(): void {
    this.release();
    if (this.errorResponse) return this.outcome.reject(this.toError(this.errorResponse));
    this.sink?.close();
    this.outcome.resolve();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.release();
    const failure =
      this.stopped ?? (error instanceof GatewayError ? error : (asUnsendable(error) ?? connectionError(error)));
    if (!this.sink) return this.outcome.reject(failure);
    this.sink.close(failure);
    this.outcome.resolve();
  }

  private restartIdleTimer(): void {
    if (this.idleTimer) return this.idleTimer.touch();
    clearTimeout(this.firstEventTimer);
    this.idleTimer = new IdleTimer(this.request.clocks.idleMs, () => this.timeOut());
  }

  private timeOut(): void {
    // A slow client has paused the stream, so Bedrock is not the cause of the silence.
    if (this.controller?.paused) return;
    this.stop(
      upstreamTimeout(
        this.idleTimer
          ? 'Bedrock sent nothing within the idle time limit.'
          : 'Bedrock did not answer within the time limit.',
      ),
    );
  }

  private stop(reason: Error): void {
    this.stopped ??= reason;
    if (this.controller) return this.controller.abort(reason);
    // There is no connection yet, so undici will not call `onResponseError`.
    this.release();
    this.outcome.reject(reason);
  }

  private release(): void {
    clearTimeout(this.deadline);
    clearTimeout(this.firstEventTimer);
    this.idleTimer?.stop();
    this.request.signal.removeEventListener('abort', this.onAbort);
  }

  private collectError(chunk: Buffer): void {
    const response = this.errorResponse!;
    response.bytes += chunk.length;
    if (response.bytes < MAX_ERROR_BYTES) response.parts.push(chunk);
  }

  private toError({ status, headers, parts }: NonNullable<Exchange['errorResponse']>): GatewayError {
    const response = parseAwsError(status, headers, Buffer.concat(parts).toString('utf8'));
    // A wrong clock makes every signature invalid. The session corrects its clock, and the retry succeeds.
    const clockWasOff = status === 403 && this.session.correctClock(firstHeaderValue(headers.date));
    const error = fromAwsError(response);
    return error.with({ retryable: error.retryable || clockWasOff, retryAfter: seconds(headers['retry-after']) });
  }
}

/** Reads a Retry-After header in seconds. Bedrock sends none (API reference, 2026-11); proxies and load balancers do. */
function seconds(value: unknown): number | undefined {
  const number = Number(firstHeaderValue(value) ?? NaN);
  return number >= 0 ? number : undefined;
}
