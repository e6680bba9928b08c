import { Injectable, type OnModuleInit } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.ts';
import type { RequestContext } from '../request/request-context.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { SingleTarget } from './single-target.ts';
import { OrderedTargets, type TargetState } from './ordered-targets.ts';
import { QuotaRequest } from './quotas/quota-request.ts';
import { QuotaService } from './quotas/quota.service.ts';
import type { RoutedCall, TargetCandidates } from './target-candidates.ts';
import { TargetObserver } from './target-observer.ts';
import type { TargetHealthState } from '../telemetry/metrics/gateway-metrics.ts';
import { TargetHealth } from './targets/target-health.ts';
import { PromptCacheAffinity } from './targets/prompt-cache-affinity.ts';

/** Chooses among the targets of a route by their health, their quotas and their prompt caches. */
@Injectable()
export class RoutingService implements OnModuleInit {
  private readonly state: TargetState;

  constructor(
    private readonly config: GatewayConfig,
    private readonly metrics: MetricsService,
    private readonly quotas: QuotaService,
  ) {
    const observer = new TargetObserver(metrics);
    this.state = { config, health: new TargetHealth(), affinity: new PromptCacheAffinity(), observer };
  }

  onModuleInit(): void {
    this.metrics.watchTargets(() => this.state.health.states());
  }

  /** Returns each target that has had calls, with its state for all keys. */
  targetStates(): [target: string, state: TargetHealthState][] {
    return [...this.state.health.states()];
  }

  /** Returns the targets for a call, in order. `next` reserves the quota of a target and counts the call in its health. */
  candidates(call: RoutedCall, context: RequestContext): TargetCandidates {
    const { targets, fallbacks } = call.route;
    const quotas = this.quotas.isActive ? new QuotaRequest(this.quotas, this.config, call, context) : undefined;
    const [onlyTarget] = targets;
    if (onlyTarget !== undefined && targets.length === 1 && fallbacks === undefined) {
      return new SingleTarget(onlyTarget, context, quotas);
    }
    return new OrderedTargets(call, context, this.state, quotas);
  }
}
