import type { Target } from '../models/types/model.ts';
import type { RequestContext } from '../request/request-context.ts';
import { quotaHeaders } from './quotas/quota-errors.ts';
import type { QuotaRequest } from './quotas/quota-request.ts';
import { settleFailed, type Reservation } from './quotas/reservation.ts';
import type { TargetAnswer } from './target-answer.ts';
import type { TargetCandidate, TargetCandidates } from './target-candidates.ts';

const NO_SETTLEMENT = (): void => undefined;

/**
 * The target of a route that has no alternative. It needs no order, health or cache affinity, and only the RetryPolicy
 * waits.
 */
export class SingleTarget implements TargetCandidates, TargetCandidate {
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

  accept<Answer>(body: Answer, upstreamRequestId?: string): TargetAnswer<Answer> {
    return acceptedAt({ body, target: this.target, upstreamRequestId }, this.reservation, this.context);
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

/** Returns the answer with its target and its reservation. Adds response headers with the remaining quota. */
export function acceptedAt<Answer>(
  { body, target, upstreamRequestId }: Omit<TargetAnswer<Answer>, 'settle'>,
  reservation: Reservation | undefined,
  context: RequestContext,
): TargetAnswer<Answer> {
  if (reservation === undefined) return { body, target, upstreamRequestId, settle: NO_SETTLEMENT };
  const { status } = reservation;
  if (status) for (const [name, value] of quotaHeaders(status)) context.header(name, value);
  return { body, target, upstreamRequestId, settle: (usage) => reservation.settle(usage) };
}
