import type { Dispatcher } from 'undici';
import { GatewayError } from '../../errors/errors.ts';
import type { UpstreamCallSpan } from '../tracing/upstream-span.ts';
import { connectionError, fromAwsError, upstreamTimeout } from '../errors/bedrock-errors.ts';
import type { AwsSession } from '../sessions/aws-session.ts';
import { firstHeaderValue, parseAwsError } from './aws-error-response.ts';
import type { OpenAttempts } from '../../request/open-attempts.ts';
import { IdleTimer } from '../../request/idle-timer.ts';
import type { CancelSignal } from '../../request/cancel-signal.ts';
import { asUnsendable, requireSendable } from './unsendable.ts';

/** Refusals hold a name and a message; AWS repeats a part of a request in some. */
const MAX_REFUSAL_BYTES = 1024 * 1024;

/** Milliseconds; how long to wait for what. */
export interface UpstreamTimeouts {
  firstEventMs: number;
  idleMs: number;
  totalMs: number;
}

export interface UpstreamRequest {
  /** URL-encoded path, e.g. `/model/us.anthropic.claude-sonnet-4-6/converse`. */
  path: string;
  /** Encoded once: it is hashed for the signature, sent, and sent again on a retry. */
  body: Buffer;
  accept: string;
  /** Bedrock's own headers (`x-amzn-bedrock-…`) by lower-case name, where the operation has any. */
  headers?: Readonly<Record<string, string>>;
  signal: CancelSignal;
  clocks: UpstreamTimeouts;
  /** Learns that Bedrock has accepted the request. */
  attempts?: OpenAttempts;
  /** Only where requests are traced. */
  trace?: UpstreamCallSpan;
}

/** What Bedrock says about an accepted request, before its body. */
export interface UpstreamResponseHead {
  requestId?: string;
  /** As undici gives them, by lower-case name. */
  headers?: Readonly<Record<string, unknown>>;
}

/** Receives the body of an accepted answer. `close` is called exactly once. */
export interface BodySink {
  /** The model has said something: from then on the clock of silence runs, before it that of the first event. */
  readonly begun: boolean;
  data(chunk: Buffer): void;
  /** Without a failure the body is whole. */
  close(failure?: Error): void;
}

/** Makes the sink once the answer is accepted; `flow` slows and stops it. */
export type CreateBodySink = (head: UpstreamResponseHead, flow: Dispatcher.DispatchController) => BodySink;

/**
 * One signed POST over the pool. `accept` is called for a 200; anything else rejects with a GatewayError.
 * Resolves when the body is complete or has failed (the sink is told), rejects when no body began.
 */
export function postSigned(
  pool: Dispatcher,
  session: AwsSession,
  request: UpstreamRequest,
  accept: CreateBodySink,
): Promise<void> {
  const { trace } = request;
  const exchange = exchangeOver(pool, session, request, accept);
  return trace === undefined ? exchange : trace.during(exchange);
}

async function exchangeOver(
  pool: Dispatcher,
  session: AwsSession,
  request: UpstreamRequest,
  accept: CreateBodySink,
): Promise<void> {
  if (request.headers !== undefined) requireSendable(request.headers);
  const [origin, headers] = await Promise.all([
    session.origin(),
    session.signedHeaders(request.path, request.body, request.accept, request.headers),
  ]);
  request.signal.throwIfAborted();
  // Not signed: proxies on the way may read it, AWS does not.
  if (request.trace) Object.assign(headers, request.trace.sentTo(origin));
  // Not awaited: this function would be kept for as long as a stream lasts, with all that it knows.
  return new Promise<void>((resolve, reject) => {
    const exchange = new Exchange(request, session, accept, { resolve, reject });
    pool.dispatch(
      {
        origin,
        path: request.path,
        method: 'POST',
        headers,
        body: request.body,
        // Undici's clocks know headers and bytes; ours know events, and headers may come long before the first one.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      exchange,
    );
  });
}

/** The life of one exchange as undici tells it. */
class Exchange implements Dispatcher.DispatchHandler {
  private controller?: Dispatcher.DispatchController;
  private sink?: BodySink;
  private refusal?: { status: number; headers: Record<string, unknown>; parts: Buffer[]; bytes: number };
  private readonly deadline: NodeJS.Timeout;
  /** Runs until the first event. */
  private patience?: NodeJS.Timeout;
  /** Runs from the first event on. */
  private silence?: IdleTimer;
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
    this.deadline = setTimeout(
      () => this.stop(upstreamTimeout('The call to Bedrock took longer than it may.')),
      request.clocks.totalMs,
    );
    request.signal.addEventListener('abort', this.onAbort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.stopped) return controller.abort(this.stopped);
    this.patience ??= setTimeout(() => this.outOfPatience(), this.request.clocks.firstEventMs);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    if (status !== 200) {
      this.refusal = { status, headers, parts: [], bytes: 0 };
      return;
    }
    // They hold the read they came in for as long as the stream lasts; the parsed ones do not.
    controller.rawHeaders = null;
    this.request.attempts?.accepted();
    const requestId = firstHeaderValue(headers['x-amzn-requestid']);
    this.request.trace?.accepted(requestId);
    this.sink = this.accept({ requestId, headers }, controller);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    try {
      if (this.refusal) this.collectRefusal(chunk);
      else this.sink?.data(chunk);
      if (this.sink?.begun) this.heard();
    } catch (error) {
      controller.abort(error as Error);
    }
  }

  onResponseEnd(): void {
    this.release();
    if (this.refusal) return this.outcome.reject(this.refused(this.refusal));
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

  private heard(): void {
    if (this.silence) return this.silence.touch();
    clearTimeout(this.patience);
    this.silence = new IdleTimer(this.request.clocks.idleMs, () => this.outOfPatience());
  }

  private outOfPatience(): void {
    // A reader that is behind has paused the stream: the silence is not Bedrock's.
    if (this.controller?.paused) return;
    this.stop(
      upstreamTimeout(this.silence ? 'Bedrock fell silent within its answer.' : 'Bedrock did not answer in time.'),
    );
  }

  private stop(reason: Error): void {
    this.stopped ??= reason;
    if (this.controller) return this.controller.abort(reason);
    // Still without a connection: undici tells nothing before there is one, or none can be had.
    this.release();
    this.outcome.reject(reason);
  }

  private release(): void {
    clearTimeout(this.deadline);
    clearTimeout(this.patience);
    this.silence?.stop();
    this.request.signal.removeEventListener('abort', this.onAbort);
  }

  private collectRefusal(chunk: Buffer): void {
    const refusal = this.refusal!;
    refusal.bytes += chunk.length;
    if (refusal.bytes < MAX_REFUSAL_BYTES) refusal.parts.push(chunk);
  }

  private refused({ status, headers, parts }: NonNullable<Exchange['refusal']>): GatewayError {
    const refusal = parseAwsError(status, headers, Buffer.concat(parts).toString('utf8'));
    // A clock that is off makes every signature invalid: learn the difference, then the retry fits.
    const clockWasOff = status === 403 && this.session.correctClock(firstHeaderValue(headers.date));
    const error = fromAwsError(refusal);
    return error.with({ retryable: error.retryable || clockWasOff, retryAfter: seconds(headers['retry-after']) });
  }
}

/** Bedrock names no Retry-After (API reference, 2026-11); proxies and load balancers before it do. */
function seconds(value: unknown): number | undefined {
  const number = Number(firstHeaderValue(value) ?? NaN);
  return number >= 0 ? number : undefined;
}
