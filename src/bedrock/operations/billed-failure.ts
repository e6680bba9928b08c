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
