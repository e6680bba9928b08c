import type { Call } from '../../request/call.ts';
import type { Target } from '../../models/types/model.ts';
import type { Clocks, UpstreamHead, UpstreamRequest } from '../transport/transport.ts';
import { jsonBody, pathPart } from '../transport/unsendable.ts';

export const JSON_TYPE = 'application/json';
export const EVENT_STREAM_TYPE = 'application/vnd.amazon.eventstream';

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

/** The body as a target takes it in whose account the history was not made; what is left out is told. */
export function abroad(body: Buffer, less: object | undefined, call: Call): Buffer {
  if (less === undefined) return body;
  const told = new Set(call.facts.adjusted).add('thinking_blocks=other_accounts_dropped');
  call.facts.adjusted = [...told];
  call.header('x-outcrop-adjusted', call.facts.adjusted.join(', '));
  return jsonBody(less);
}

/** What the log and the answer's headers tell of an accepted call. */
export function note(call: Call, target: Target, head: UpstreamHead): void {
  call.facts.target = target.id;
  call.facts.upstreamRequestId = head.requestId;
  call.facts.firstEventMs ??= Math.round((performance.now() - call.startedAt) * 10) / 10;
  if (head.requestId) call.header('x-amzn-requestid', head.requestId);
}
