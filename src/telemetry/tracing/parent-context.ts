import type { IncomingHttpHeaders } from 'node:http';
import { type Context, createTraceState, ROOT_CONTEXT, type SpanContext, trace, TraceFlags } from '@opentelemetry/api';

/** Version, trace, parent, flags (W3C Trace Context, level 2). Later versions may add fields. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Returns the trace context of a request; a new one if the headers contain none or an invalid one. */
export function parentContextOf(headers: IncomingHttpHeaders): Context {
  const { traceparent, tracestate } = headers;
  if (typeof traceparent !== 'string') return ROOT_CONTEXT;
  const [, version, traceId = '', spanId = '', flags = '', rest] = TRACEPARENT.exec(traceparent) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return ROOT_CONTEXT;
  const parent: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
    isRemote: true,
    ...(typeof tracestate === 'string' && { traceState: createTraceState(tracestate) }),
  };
  // An id of zeros is invalid, and the SDK starts a new trace.
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}

/** Returns the headers that make `context` the parent of the upstream's spans. */
export function traceHeadersOf({ traceId, spanId, traceFlags, traceState }: SpanContext): Record<string, string> {
  const headers: Record<string, string> = {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
  };
  const state = traceState?.serialize();
  if (state) headers['tracestate'] = state;
  return headers;
}
