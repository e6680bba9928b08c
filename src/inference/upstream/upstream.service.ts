import { Injectable } from '@nestjs/common';
import { type AcceptedCall, BedrockService } from '../../bedrock/operations/bedrock.service.ts';
import { BilledFailure } from '../../bedrock/operations/billed-failure.ts';
import { jsonBody } from '../../bedrock/transport/unsendable.ts';
import type { Target } from '../../models/types/model.ts';
import type { RequestContext } from '../../request/request-context.ts';
import { RoutingService } from '../../routing/routing.service.ts';
import type { TargetAnswer } from '../../routing/target-answer.ts';
import type { TargetCandidate } from '../../routing/target-candidates.ts';
import { AccountingService } from '../accounting/accounting.service.ts';
import { addAdjustment } from '../report-adjustments.ts';
import type { RoutableCall } from './routable-call.ts';
import { unansweredCall } from './unanswered-call.ts';

/** Sends calls to Bedrock: routing chooses the target, and the BedrockService sends. */
@Injectable()
export class UpstreamService {
  constructor(
    private readonly routing: RoutingService,
    private readonly bedrock: BedrockService,
    private readonly accounting: AccountingService,
  ) {}

  /**
   * Sends a call to the targets of its route, in order, until one accepts it. Waits only for a quota. Throws a failure
   * that every target would have. After other failures, throws the first one that can be retried, otherwise the first
   * one.
   */
  async send<Answer>(call: RoutableCall<Answer>, context: RequestContext): Promise<TargetAnswer<Answer>> {
    const candidates = this.routing.candidates(call, context);
    for (;;) {
      const candidate = await candidates.next();
      context.attempts.begin();
      try {
        const body = bodyFor(candidate, call, context);
        return accepted(candidate, await this.bedrock.send(candidate.target, call, context, body));
      } catch (failure) {
        candidate.reject(this.settled(failure, candidate.target, call, context));
      } finally {
        context.attempts.end();
      }
    }
  }

  /** Returns the failure that the client receives. Settles a call that Bedrock bills without an answer. */
  private settled(failure: unknown, target: Target, call: RoutableCall<unknown>, context: RequestContext): unknown {
    if (!(failure instanceof BilledFailure)) return failure;
    if (call.isOutsideInference !== true)
      this.accounting.settleUnanswered(unansweredCall(call, target, failure), context);
    return failure.failure;
  }
}

/** Omits thinking blocks that another account created, and reports that. */
function bodyFor(candidate: TargetCandidate, call: RoutableCall<unknown>, context: RequestContext): Buffer {
  const changed = candidate.isCrossAccount ? call.crossAccountBody() : undefined;
  if (changed === undefined) return call.body;
  addAdjustment(context, 'thinking_blocks=other_account_dropped');
  return jsonBody(changed);
}

function accepted<Answer>(
  candidate: TargetCandidate,
  { answer, span, upstreamRequestId }: AcceptedCall<Answer>,
): TargetAnswer<Answer> {
  const served = candidate.accept(answer, upstreamRequestId);
  if (span === undefined) return served;
  return {
    ...served,
    settle: (usage) => {
      span.endWithUsage(usage);
      served.settle(usage);
    },
  };
}
