import { type Context, type Span, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import type { Request } from 'express';
import type { RequestLogLine } from '../../request/request-log-line.ts';
import type { UpstreamSpan, Attributes, RequestTrace, TraceFailure } from '../../request/request-trace.ts';
import { traceHeadersOf } from './parent-context.ts';

const KNOWN_METHODS = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
]);
const MAX_TEXT_LENGTH = 200;
/** Status in the log for a request without a response. */
const CLIENT_CLOSED_REQUEST = 499;

/**
 * The span of a request, of kind SERVER (semantic conventions for HTTP, stable), with the spans of its upstream calls as
 * children.
 */
export class RequestSpan implements RequestTrace {
  readonly traceId: string;
  private readonly span: Span;
  private readonly context: Context;
  private readonly tracer: Tracer;
  private readonly openSpans = new Set<OpenTelemetryUpstreamSpan>();

  constructor(tracer: Tracer, parent: Context, request: Request) {
    const method = KNOWN_METHODS.has(request.method) ? request.method : '_OTHER';
    const attributes = {
      'http.request.method': method,
      'url.scheme': request.protocol,
      'network.protocol.version': request.httpVersion,
      'user_agent.original': request.headers['user-agent']?.slice(0, MAX_TEXT_LENGTH),
    };
    this.tracer = tracer;
    this.span = tracer.startSpan(method === '_OTHER' ? 'HTTP' : method, { kind: SpanKind.SERVER, attributes }, parent);
    this.context = trace.setSpan(parent, this.span);
    this.traceId = this.span.spanContext().traceId;
  }

  event(name: string, attributes: Attributes): void {
    this.span.addEvent(name, attributes);
  }

  startUpstreamSpan(name: string, attributes: Attributes): UpstreamSpan {
    const span = this.tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, this.context);
    const upstreamSpan = new OpenTelemetryUpstreamSpan(span, () => this.openSpans.delete(upstreamSpan));
    this.openSpans.add(upstreamSpan);
    return upstreamSpan;
  }

  end(line: RequestLogLine, route: string | undefined): void {
    for (const openSpan of this.openSpans) openSpan.end();
    const { span } = this;
    if (span.isRecording()) {
      if (route !== undefined) span.updateName(`${line.method} ${route}`);
      setAll(span, { ...attributesOf(line), 'url.path': line.path, 'http.route': route });
      const type = failureOf(line);
      if (type !== undefined) fail(span, { type });
    }
    span.end();
  }
}

class OpenTelemetryUpstreamSpan implements UpstreamSpan {
  readonly headers: Readonly<Record<string, string>>;
  readonly isRecorded: boolean;
  private readonly span: Span;
  private readonly ended: () => void;
  private completeAt?: number;

  constructor(span: Span, ended: () => void) {
    this.span = span;
    this.ended = ended;
    this.headers = traceHeadersOf(span.spanContext());
    this.isRecorded = span.isRecording();
  }

  set(attributes: Attributes): void {
    setAll(this.span, attributes);
  }

  complete(): void {
    this.completeAt ??= performance.timeOrigin + performance.now();
  }

  end(failure?: TraceFailure): void {
    this.ended();
    if (!this.span.isRecording()) return;
    if (failure) fail(this.span, failure);
    this.span.end(this.completeAt);
  }
}

function setAll(span: Span, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) span.setAttribute(name, value);
}

function fail(span: Span, { type, message }: TraceFailure): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR, ...(message && { message }) });
}

function attributesOf(line: RequestLogLine): Attributes {
  return {
    'http.response.status_code':
      line.clientDisconnected && line.status === CLIENT_CLOSED_REQUEST ? undefined : line.status,
    'outcrop.request.id': line.requestId,
    'outcrop.key': line.key,
    'outcrop.model': line.model,
    'outcrop.target': line.target,
    'outcrop.stream': line.stream,
    'outcrop.retries': line.retries,
    'outcrop.cache': line.cache,
    'outcrop.cost.usd': line.costUsd,
    'outcrop.adjusted': line.adjusted && [...line.adjusted],
    'outcrop.error.code': line.errorCode ?? undefined,
    'outcrop.aborted': line.clientDisconnected,
  };
}

/**
 * Returns the error type of a failed request. By the conventions, a 4xx is no failure of the server, but a stream that fails
 * after its 200 is one.
 */
function failureOf({ status, errorCode, clientDisconnected }: RequestLogLine): string | undefined {
  if (status >= 500) return errorCode ?? String(status);
  return status < 400 && !clientDisconnected ? (errorCode ?? undefined) : undefined;
}
