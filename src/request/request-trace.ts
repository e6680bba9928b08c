import type { Request } from 'express';
import type { RequestLogLine } from './request-log-line.ts';

/** Attributes by OpenTelemetry's names. Undefined ones are omitted. */
export type Attributes = Readonly<Record<string, string | number | boolean | string[] | undefined>>;

/** A failure: a type with few distinct values, and an optional message. */
export interface TraceFailure {
  type: string;
  message?: string;
}

/** Interface to OpenTelemetry. Absent if no receiver is configured. */
export interface OpenTelemetryBridge {
  /** Starts the trace of a request. Returns undefined if requests are not traced. */
  begin(request: Request): RequestTrace | undefined;
  /** Records the metrics of a finished request. */
  observe(line: RequestLogLine, route: string | undefined, model: string): void;
  /** Exports the remaining data, and stops waiting after a timeout. */
  shutdown(): Promise<void>;
}

/** The trace of one request. It also exists for requests that are not sampled, because their context is propagated. */
export interface RequestTrace {
  /** 32 hex digits; the client's trace id if it sent one. */
  readonly traceId: string;
  /** Records an event of the request: a retry, a failover. */
  event(name: string, attributes: Attributes): void;
  /** Starts the span of an upstream call. */
  startUpstreamSpan(name: string, attributes: Attributes): UpstreamSpan;
  /** Ends the span of the request and all upstream spans that are still open. */
  end(line: RequestLogLine, route: string | undefined): void;
}

/** One attempt at an upstream. */
export interface UpstreamSpan {
  /** Headers that propagate the context (W3C: `traceparent`, `tracestate`). */
  readonly headers: Readonly<Record<string, string>>;
  /** False if the span is not recorded, so attributes need not be computed. */
  readonly isRecorded: boolean;
  set(attributes: Attributes): void;
  /** Records that the last byte has arrived, which becomes the end time of the span. */
  complete(): void;
  /** Ends the span. Further calls have no effect. */
  end(failure?: TraceFailure): void;
}
