import type { GatewayConfig } from '../../config/gateway-config.ts';
import type { Model, Target } from '../../models/types/model.ts';
import type { RequestContext } from '../../request/request-context.ts';
import { waitLimitMs } from '../../request/open-attempts.ts';
import type { RoutedCall } from '../target-candidates.ts';
import { type TokenDemand, tokensToReserve } from './estimates/token-demand.ts';
import { quotaExceeded } from './quota-errors.ts';
import type { QuotaService } from './quota.service.ts';
import { isExhausted, type QuotaExhausted, type Reservation } from './reservation.ts';

/** The quota demand of one call, independent of its target. */
export class QuotaRequest {
  private readonly quotas: QuotaService;
  private readonly config: GatewayConfig;
  private readonly context: RequestContext;
  private readonly model: Model;
  private readonly demand: TokenDemand;
  /** False if another model can answer in the meantime. */
  private readonly mayWait: boolean;

  constructor(quotas: QuotaService, config: GatewayConfig, call: RoutedCall, context: RequestContext) {
    const { model, fallbacks } = call.route;
    this.quotas = quotas;
    this.config = config;
    this.context = context;
    this.model = model;
    this.demand = quotas.demandOf(model, call.promptSize(), context.caller?.id ?? '');
    this.mayWait = fallbacks === undefined;
  }

  /** Reserves the demand at a target without waiting. */
  reserve(target: Target): ReturnType<QuotaService['reserve']> {
    return this.quotas.reserve(target, this.model, this.demand);
  }

  /** Reserves the demand, and waits in the queue if the quota is exhausted. Throws a 429 if the call must not wait. */
  async reserveOrWait(target: Target): Promise<Reservation> {
    const answer = await this.reserve(target);
    return isExhausted(answer) ? this.wait(target, answer) : answer;
  }

  /** Waits in the queue of a target whose quota is exhausted. Throws a 429 if the call must not wait. */
  async wait(target: Target, rejection: QuotaExhausted): Promise<Reservation> {
    const { attempts, startedAt, signal, caller, report } = this.context;
    report.quotaDemand = tokensToReserve(this.demand);
    report.exhaustedQuota = rejection.bucket;
    if (!this.mayWait) throw quotaExceeded(rejection, this.demand);
    report.delaySource = 'quota';
    const since = performance.now();
    const maxWaitMs = waitLimitMs(attempts, this.config) - (since - startedAt);
    try {
      return await this.quotas.waitForReservation(target, this.model, this.demand, {
        owner: caller?.id ?? '',
        rejection,
        signal,
        maxWaitMs,
      });
    } finally {
      report.quotaWaitMs = (report.quotaWaitMs ?? 0) + performance.now() - since;
    }
  }
}
