import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import type { Target } from '../../models/types/model.ts';
import type { RequestContext } from '../../request/request-context.ts';
import { CallAttribution } from '../attribution/call-attribution.ts';
import { AwsSessions } from '../sessions/aws-sessions.ts';
import { type UpstreamCallSpan, startUpstreamSpan, startConverseSpan } from '../tracing/upstream-span.ts';
import type { UpstreamResponseHead } from '../transport/transport.ts';
import { BilledFailure, billedFailureOf } from './billed-failure.ts';
import type { UpstreamCall } from './upstream-call.ts';
import { recordUpstreamAnswer, upstreamRequest } from './upstream-request.ts';

/** A call that a target has accepted, with its answer. */
export interface AcceptedCall<Answer> {
  readonly answer: Answer;
  /** The span, which ends when the usage is settled. Absent if the answer reports its usage to the span itself. */
  readonly span?: UpstreamCallSpan;
  /** AWS's id of the request. */
  readonly upstreamRequestId?: string | undefined;
}

/** Sends one call to one target of Bedrock. The RoutingService chooses the target, and the RetryPolicy waits. */
@Injectable()
export class BedrockService {
  constructor(
    private readonly sessions: AwsSessions,
    private readonly config: GatewayConfig,
    private readonly attribution: CallAttribution,
  ) {}

  /**
   * Sends a call to a target. Resolves when the target has accepted it: with a whole answer, or with a stream that has
   * begun. Aborting the signal of `context` ends the call and the stream. `body` replaces the body of the call. Throws
   * GatewayError with the codes of `bedrock-errors.ts`, or a BilledFailure that contains it.
   */
  async send<Answer>(
    target: Target,
    call: UpstreamCall<Answer>,
    context: RequestContext,
    body: Buffer = call.body,
  ): Promise<AcceptedCall<Answer>> {
    const { operation, route, headers } = call;
    const called = operation.takesModelId ? { ...target, modelId: route.model.id } : target;
    // CountTokens is not billed.
    const owned = operation.takesModelId ? undefined : this.attribution.identityFor(target, context);
    const identity = owned instanceof Promise ? await owned : owned;
    const span = context.trace && spanOf(call, called, context);
    const sent = { operation: operation.name, accept: operation.accept, body, headers, trace: span, identity };
    const request = upstreamRequest(called, sent, context, this.config.bedrock.timeouts);
    let received: { head: UpstreamResponseHead };
    try {
      received = await operation.exchange(this.sessions.pool, this.sessions.of(target), request);
    } catch (failure) {
      const own = identity === undefined ? failure : this.attribution.failureOf(failure, identity, target, context);
      throw billedFailureOf(own, request) ?? own;
    }
    const { head } = received;
    recordUpstreamAnswer(context, target, head);
    try {
      const answer = operation.read(received, span);
      const upstreamRequestId = head.requestId;
      return { answer, span: operation.reportsUsage ? undefined : span, upstreamRequestId };
    } catch (failure) {
      span?.ended(failure);
      const upstreamRequestId = head.requestId;
      // A proxy in front of Bedrock sends no request id of AWS.
      throw upstreamRequestId === undefined
        ? failure
        : new BilledFailure(failure, { upstreamRequestId, output: 'expected' });
    }
  }
}

function spanOf({ route, operation, converse }: UpstreamCall<unknown>, target: Target, context: RequestContext) {
  const attempt = { route, target, context, operation: operation.name };
  const trace = context.trace!;
  return converse === undefined ? startUpstreamSpan(trace, attempt) : startConverseSpan(trace, attempt, converse);
}
