import type { Call } from '../../request/request-context.ts';
import type { Target } from '../../models/types/model.ts';
import type { Clocks, UpstreamHead, UpstreamRequest } from '../transport/transport.ts';
import { pathPart } from '../transport/unsendable.ts';

/** What is sent, but for where to. */
export type Asked = Pick<UpstreamRequest, 'body' | 'accept' | 'headers' | 'trace'> & {
  /** Last part of the path: `converse`. */
  operation: string;
};

/** One operation on the model of a target. */
export function upstreamRequest(
  { modelId }: Target,
  { operation, body, accept, headers, trace }: Asked,
  call: Call,
  clocks: Clocks,
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
export function note(call: Call, target: Target, head: UpstreamHead): void {
  call.facts.target = target.id;
  call.facts.upstreamRequestId = head.requestId;
  call.facts.firstEventMs ??= Math.round((performance.now() - call.startedAt) * 10) / 10;
  if (head.requestId) call.header('x-amzn-requestid', head.requestId);
}
