import type { RequestContext } from '../../request/request-context.ts';
import type { Target } from '../../models/types/model.ts';
import type { UpstreamTimeouts, UpstreamResponseHead, UpstreamRequest } from '../transport/transport.ts';
import { pathPart } from '../transport/unsendable.ts';

/** A request to an operation, without its target. */
export type SentOperation = Pick<UpstreamRequest, 'body' | 'accept' | 'headers' | 'trace' | 'identity'> & {
  /** Last part of the path: `converse`. */
  operation: string;
};

/** Builds the request for one operation on the model of a target. */
export function upstreamRequest(
  { modelId }: Target,
  { operation, body, accept, headers, trace, identity }: SentOperation,
  context: RequestContext,
  clocks: UpstreamTimeouts,
): UpstreamRequest {
  return {
    path: `/model/${pathPart(modelId, 'model')}/${operation}`,
    body,
    accept,
    headers,
    identity,
    signal: context.signal,
    clocks,
    attempts: context.attempts,
    trace,
    progress: undefined,
  };
}

/** Records an accepted call for the log line and the response headers. */
export function recordUpstreamAnswer(context: RequestContext, target: Target, head: UpstreamResponseHead): void {
  const { report } = context;
  report.target = target.id;
  report.upstreamRequestId = head.requestId;
  if (report.firstEventMs === undefined) {
    const now = performance.now();
    const sinceArrivalMs = now - context.startedAt;
    report.firstEventMs = Math.round(sinceArrivalMs * 10) / 10;
    report.addedMs = Math.max(0, sinceArrivalMs - (report.uploadMs ?? 0) - context.attempts.totalMs(now));
  }
  if (head.requestId) context.header('x-amzn-requestid', head.requestId);
}
