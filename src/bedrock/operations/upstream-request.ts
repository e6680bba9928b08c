import type { RequestContext } from '../../request/request-context.ts';
import type { Target } from '../../models/types/model.ts';
import type { UpstreamTimeouts, UpstreamResponseHead, UpstreamRequest } from '../transport/transport.ts';
import { pathPart } from '../transport/unsendable.ts';

/** What is sent, but for where to. */
export type SentOperation = Pick<UpstreamRequest, 'body' | 'accept' | 'headers' | 'trace'> & {
  /** Last part of the path: `converse`. */
  operation: string;
};

/** One operation on the model of a target. */
export function upstreamRequest(
  { modelId }: Target,
  { operation, body, accept, headers, trace }: SentOperation,
  call: RequestContext,
  clocks: UpstreamTimeouts,
): UpstreamRequest {
  return {
    path: `/model/${pathPart(modelId, 'model')}/${operation}`,
    body,
    accept,
    headers,
    signal: call.signal,
    clocks,
    attempts: call.attempts,
    trace,
  };
}

/** What the log and the answer's headers tell of an accepted call. */
export function recordUpstreamAnswer(call: RequestContext, target: Target, head: UpstreamResponseHead): void {
  call.report.target = target.id;
  call.report.upstreamRequestId = head.requestId;
  call.report.firstEventMs ??= Math.round((performance.now() - call.startedAt) * 10) / 10;
  if (head.requestId) call.header('x-amzn-requestid', head.requestId);
}
