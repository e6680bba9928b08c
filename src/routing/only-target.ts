import type { Target } from '../models/types/model.ts';
import type { RequestContext } from '../request/request-context.ts';
import { quotaHeaders } from './quotas/quota-errors.ts';
import type { QuotaRequest } from './quotas/quota-request.ts';
import { settleFailed, type Reservation } from './quotas/reservation.ts';
import type { TargetAnswer } from './target-answer.ts';
import type { TargetCandidate, TargetCandidates } from './target-candidates.ts';

const SETTLES_NOTHING = (): void => undefined;

/**
 * The target of a route that has no alternative: no order, no health and no cache affinity. The RetryPolicy does
 * the waiting.
 */
export class OnlyTarget implements TargetCandidates, TargetCandidate {
  readonly target: Target;
  readonly isCrossAccount = false;
  private readonly context: RequestContext;
  private readonly quotas: QuotaRequest | undefined;
  private reservation?: Reservation;

  constructor(target: Target, context: RequestContext, quotas: QuotaRequest | undefined) {
    this.target = target;
    this.context = context;
    this.quotas = quotas;
  }

  next(): this | Promise<this> {
    return this.quotas === undefined ? this : this.reserved(this.quotas);
  }

  accept<Answer>(answer: Answer): TargetAnswer<Answer> {
    return acceptedAt(this.target, answer, this.reservation, this.context);
  }

  reject(failure: unknown): never {
    if (this.reservation !== undefined) settleFailed(this.reservation, failure);
    throw failure;
  }

  private async reserved(quotas: QuotaRequest): Promise<this> {
    this.reservation = await quotas.reserveOrWait(this.target);
    return this;
  }
}

/** Returns the answer with its target and its reservation, and reports what is left of the quota. */
export function acceptedAt<Answer>(
  target: Target,
  body: Answer,
  reservation: Reservation | undefined,
  context: RequestContext,
): TargetAnswer<Answer> {
  if (reservation === undefined) return { body, target, settle: SETTLES_NOTHING };
  const { standing } = reservation;
  if (standing) for (const [name, value] of quotaHeaders(standing)) context.header(name, value);
  return { body, target, settle: (usage) => reservation.settle(usage) };
}
