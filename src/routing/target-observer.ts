import { Logger } from '@nestjs/common';
import type { GatewayError } from '../errors/errors.ts';
import type { Route, Target } from '../models/types/model.ts';
import type { RequestContext } from '../request/request-context.ts';
import type { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { coolDownFields } from './targets/cool-down-fields.ts';
import type { CoolDown, HealthObservation } from './targets/target-health.ts';

/** Reports the outcome of calls, by target, to the log, the metrics and the trace. */
export class TargetObserver {
  private readonly logger = new Logger('RoutingService');
  private readonly metrics: MetricsService;

  constructor(metrics: MetricsService) {
    this.metrics = metrics;
  }

  /** Counts a call that a target has ended, with an answer, a rejection or a failure. */
  ended(target: Target, { report }: RequestContext): void {
    this.metrics.targetUsed({ model: report.model, target: target.id });
  }

  /** Records an answer of a target, or a rejection of the client's request. Logs the end of a cool-down. */
  answered(target: Target, observation: HealthObservation): void {
    if (observation.answered() !== 'back') return;
    this.logger.log({ event: 'target_recovered', target: target.id, msg: 'the target has recovered' });
  }

  failed(target: Target, failure: GatewayError, coolDown: CoolDown | undefined, { caller }: RequestContext): void {
    if (coolDown !== undefined) this.logger.warn(coolDownFields(target, coolDown, failure, caller));
  }

  /** Records that the call continues at another target. */
  failedOver({ model }: Route, { report, trace }: RequestContext, target: Target, failure: GatewayError): void {
    const code = failure.code ?? 'unknown';
    (report.failovers ??= []).push(`${target.id}=${code}`);
    trace?.event('outcrop.failover', { 'outcrop.target': target.id, 'error.type': code });
    this.metrics.targetFailover({ model: model.name, target: target.id, code });
  }
}
