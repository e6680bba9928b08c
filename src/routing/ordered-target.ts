import { GatewayError } from '../errors/errors.ts';
import type { Target } from '../models/types/model.ts';
import type { RequestContext } from '../request/request-context.ts';
import { acceptedAt } from './single-target.ts';
import { settleFailed, type Reservation } from './quotas/reservation.ts';
import type { TargetAnswer } from './target-answer.ts';
import type { RoutedCall, TargetCandidate } from './target-candidates.ts';
import type { TargetObserver } from './target-observer.ts';
import { cooldownPolicyOf } from './targets/cooldown-policies.ts';
import type { HealthObservation } from './targets/target-health.ts';

/** Receives the outcome of a candidate, for the call that chooses among targets. */
export interface TargetChoice {
  readonly call: RoutedCall;
  readonly context: RequestContext;
  readonly observer: TargetObserver;
  /** Records a failure that another target may not have. */
  failedAt(target: Target, failure: GatewayError): void;
  answeredAt(target: Target): void;
  isCrossAccount(target: Target): boolean;
}

/** One of several targets, with its health. */
export class OrderedTarget implements TargetCandidate {
  readonly target: Target;
  readonly isCrossAccount: boolean;
  private readonly choice: TargetChoice;
  private readonly observation: HealthObservation;
  private readonly reservation: Reservation | undefined;
  /** `last` if the call tries no further target. */
  private readonly position: 'last' | undefined;

  constructor(
    choice: TargetChoice,
    target: Target,
    observation: HealthObservation,
    reservation?: Reservation,
    position?: 'last',
  ) {
    this.choice = choice;
    this.target = target;
    this.isCrossAccount = choice.isCrossAccount(target);
    this.observation = observation;
    this.reservation = reservation;
    this.position = position;
  }

  accept<Answer>(body: Answer, upstreamRequestId?: string): TargetAnswer<Answer> {
    const { call, context, observer } = this.choice;
    observer.ended(this.target, context);
    if (call.isOutsideInference) this.observation.abandoned();
    else observer.answered(this.target, this.observation);
    this.choice.answeredAt(this.target);
    return acceptedAt({ body, target: this.target, upstreamRequestId }, this.reservation, context);
  }

  reject(failure: unknown): void {
    const { call, context, observer } = this.choice;
    if (this.reservation !== undefined) settleFailed(this.reservation, failure);
    observer.ended(this.target, context);
    const policy = context.signal.aborted ? undefined : cooldownPolicyOf(failure);
    if (policy && failure instanceof GatewayError) {
      if (call.isOutsideInference || policy.isNotSent) this.observation.abandoned();
      else observer.failed(this.target, failure, this.observation.failed(policy, failure), context);
      if (this.position === 'last') throw failure;
      this.choice.failedAt(this.target, failure);
      return;
    }
    // Without an exception of AWS, the request was not sent, so the failure has no meaning for the target.
    const isRejection = failure instanceof GatewayError && failure.exception !== undefined && !context.signal.aborted;
    if (isRejection && !call.isOutsideInference) observer.answered(this.target, this.observation);
    else this.observation.abandoned();
    throw failure;
  }
}
