import { GatewayError } from '../../errors/errors.ts';
import type { UpstreamRequest } from '../transport/transport.ts';
import { EVENT_STREAM_TYPE } from './upstream-operation.ts';

/**
 * A failure after which Bedrock bills the call, although its answer or its counts did not arrive: the gateway left the
 * call, or the answer is not valid. The client receives `failure`.
 */
export class BilledFailure extends Error {
  readonly failure: unknown;
  /** AWS's id of the request; undefined before the head of an answer. */
  readonly upstreamRequestId: string | undefined;
  /** `expected`: the model may have written a whole answer. `none`: the stream did not begin. */
  readonly output: 'expected' | 'none';

  constructor(failure: unknown, call: Pick<BilledFailure, 'upstreamRequestId' | 'output'>) {
    super('Bedrock bills a call that has failed.');
    this.name = 'BilledFailure';
    this.failure = failure;
    this.upstreamRequestId = call.upstreamRequestId;
    this.output = call.output;
  }
}

/**
 * Returns a BilledFailure if Bedrock bills the failed call. Calls that Bedrock rejected cost nothing. Bedrock completes a
 * whole answer also after the gateway has left. A stream costs its prompt once Bedrock has accepted it.
 */
export function billedFailureOf(
  failure: unknown,
  { accept, progress }: Pick<UpstreamRequest, 'accept' | 'progress'>,
): BilledFailure | undefined {
  if (progress === undefined || progress.stage === 'waiting') return undefined;
  if (failure instanceof GatewayError && failure.exception !== undefined) return undefined;
  const { stage, isLeft, requestId } = progress;
  const isStream = accept === EVENT_STREAM_TYPE;
  // A proxy in front of Bedrock sends no request id of AWS.
  const isAccepted = stage === 'accepted' && requestId !== undefined;
  const isBilled = isAccepted || (stage === 'sent' && isLeft && !isStream);
  return isBilled
    ? new BilledFailure(failure, { upstreamRequestId: requestId, output: isStream ? 'none' : 'expected' })
    : undefined;
}
