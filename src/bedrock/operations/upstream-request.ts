import type { RequestContext } from '../../request/request-context.ts';
import type { Target } from '../../models/types/model.ts';
import type { UpstreamTimeouts, UpstreamResponseHead, UpstreamRequest } from '../transport/transport.ts';
import { pathPart } from '../transport/unsendable.ts';

/** A request to an operation, without its target. */
export type SentOperation = Pick<UpstreamRequest, 'body' | 'accept' | 'headers' | 'trace'> & {
  /** Last part of the path: `converse`. */
  operation: string;
};

/** Builds the request for one operation on the model of a target. */
export function upstreamRequest(
  { modelId }: Target,
  { operation, body, accept, headers, trace }: SentOperation,
  context: RequestContext,
  clocks: UpstreamTimeouts,
): UpstreamRequest {
  return {
    path: `/model/${pathPart(modelId, 'model')}/${operation}`,
    body,
    accept,
    headers,
    signal: context.signal,
    clocks,
    attempts: context.attempts,
    trace,
  };
}

/** Records an accepted call for the log line and the response headers. */
export function recordUpstreamAnswer(context: RequestContext, target: Target, head: UpstreamResponseHead): void {
  context.report.target = target.id;
  context.report.upstreamRequestId = head.requestId;
  context.report.firstEventMs ??= Math.round((performance.now() - context.startedAt) * 10) / 10;
  if (head.requestId) context.header('x-amzn-requestid', head.requestId);
}
