import { GatewayError } from '../errors/errors.ts';
import type { Target } from '../models/types/model.ts';
import type { RequestContext } from '../request/request-context.ts';
import { acceptedAt } from './only-target.ts';
import { settleFailed, type Reservation } from './quotas/reservation.ts';
import type { TargetAnswer } from './target-answer.ts';
import type { RoutedCall, TargetCandidate } from './target-candidates.ts';
import type { TargetObserver } from './target-observer.ts';
import { cooldownPolicyOf } from './targets/cooldown-policies.ts';
import type { HealthObservation } from './targets/target-health.ts';

/** What a candidate reports to the call that chooses among targets. */
export interface TargetChoice {
  readonly call: RoutedCall;
  readonly context: RequestContext;
  readonly observer: TargetObserver;
  /** Records a failure that another target may not have. */
  failedAt(target: Target, failure: GatewayError): void;
  answeredAt(target: Target): void;
  isCrossAccount(target: Target): boolean;
}

/** A target among several, with its health. */
export class OrderedTarget implements TargetCandidate {
  readonly target: Target;
  readonly isCrossAccount: boolean;
  private readonly choice: TargetChoice;
  private readonly trial: HealthObservation;
  private readonly reservation: Reservation | undefined;
  /** `last` if the call tries no further target. */
  private readonly place: 'last' | undefined;

  constructor(
    choice: TargetChoice,
    target: Target,
    trial: HealthObservation,
    reservation?: Reservation,
    place?: 'last',
  ) {
    this.choice = choice;
    this.target = target;
    this.isCrossAccount = choice.isCrossAccount(target);
    this.trial = trial;
    this.reservation = reservation;
    this.place = place;
  }

  accept<Answer>(answer: Answer): TargetAnswer<Answer> {
    const { call, context, observer } = this.choice;
    observer.ended(this.target, context);
    if (call.isAside) this.trial.abandoned();
    else observer.answered(this.target, this.trial);
    this.choice.answeredAt(this.target);
    return acceptedAt(this.target, answer, this.reservation, context);
  }

  reject(failure: unknown): void {
    const { call, context, observer } = this.choice;
    if (this.reservation !== undefined) settleFailed(this.reservation, failure);
    observer.ended(this.target, context);
    const setback = context.signal.aborted ? undefined : cooldownPolicyOf(failure);
    if (setback && failure instanceof GatewayError) {
      if (call.isAside) this.trial.abandoned();
      else observer.failed(this.target, failure, this.trial.failed(setback, failure), context);
      if (this.place === 'last') throw failure;
      this.choice.failedAt(this.target, failure);
      return;
    }
    // A failure without an exception of AWS was not sent: the target did not see it.
    const isRejection = failure instanceof GatewayError && failure.exception !== undefined && !context.signal.aborted;
    if (isRejection && !call.isAside) observer.answered(this.target, this.trial);
    else this.trial.abandoned();
    throw failure;
  }
}
