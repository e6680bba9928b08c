import type { Request } from 'express';
import type { RequestLogLine } from './request-log-line.ts';

/** Attributes by OpenTelemetry's names; undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | number | boolean | string[] | undefined>>;

/** How something went wrong: a name with few values, and more for people. */
export interface TraceFailure {
  type: string;
  message?: string;
}

/** What the rest of the house knows of OpenTelemetry; there is none where no receiver is configured. */
export interface OpenTelemetryBridge {
  /** Undefined where requests are not traced. */
  begin(request: Request): RequestTrace | undefined;
  /** Counts a finished request. */
  observe(line: RequestLogLine, route: string | undefined, model: string): void;
  /** Sends what is left, as far as the receiver takes it soon. */
  shutdown(): Promise<void>;
}

/** The trace of one request. It exists for requests that are not sampled, too: their context is passed on. */
export interface RequestTrace {
  /** 32 hex digits: the client's, where it sent one. */
  readonly traceId: string;
  /** Something that happened on the way: a retry, a failover. */
  event(name: string, attributes: Attributes): void;
  /** Something that is asked of Bedrock. */
  ask(name: string, attributes: Attributes): UpstreamSpan;
  /** The request is over; what was asked and has not ended does so now. */
  end(line: RequestLogLine, route: string | undefined): void;
}

/** One attempt at an upstream. */
export interface UpstreamSpan {
  /** What passes the context on (W3C: `traceparent`, `tracestate`). */
  readonly headers: Readonly<Record<string, string>>;
  /** False: nobody will see what is set. */
  readonly isRecorded: boolean;
  set(attributes: Attributes): void;
  /** The last byte has come: whenever the end is told, it was now. */
  complete(): void;
  /** The first end counts. */
  end(failure?: TraceFailure): void;
}
