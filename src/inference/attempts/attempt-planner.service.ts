import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { ModelRegistryService } from '../../models/model-registry.service.ts';
import type { Route } from '../../models/types/model.ts';
import type { RequestContext } from '../../request/request-context.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import { RejectedBetas } from '../rejections/rejected-betas.ts';
import { RejectedHistory } from '../rejections/rejected-history.ts';
import { RejectedSchemas } from '../rejections/rejected-schemas.ts';
import { AttemptPlan, type PlanServices } from './attempt-plan.ts';
import type { ModelRequirements } from './request-preparer.ts';

/** Creates the plans of requests. All plans share the rejections that the gateway remembers. */
@Injectable()
export class AttemptPlanner implements PlanServices {
  constructor(
    private readonly models: ModelRegistryService,
    readonly config: GatewayConfig,
    readonly metrics: MetricsService,
    readonly rejectedSchemas: RejectedSchemas,
    readonly rejectedHistory: RejectedHistory,
    readonly rejectedBetas: RejectedBetas,
  ) {}

  /**
   * Returns the plan of a request. Throws GatewayError 404 for an unknown model, 403 for one that the API key may not use,
   * and 400 for one that cannot answer requests of this API.
   */
  plan(requirements: ModelRequirements, request: { model?: string | null }, context: RequestContext): AttemptPlan {
    const route = this.models.resolve(request.model, context.caller);
    requirements.requireModel(route);
    const routes: readonly [Route, ...Route[]] =
      route.fallbacks === undefined ? [route] : withAllowed(route, route.fallbacks, requirements);
    return new AttemptPlan({ routes, context, requirements }, this);
  }
}

/** Removes fallbacks that cannot serve the request. Clears `fallbacks` if none is left, because routing fails early with them. */
function withAllowed(
  route: Route,
  fallbacks: readonly Route[],
  requirements: ModelRequirements,
): readonly [Route, ...Route[]] {
  const allowed = fallbacks.filter((fallback) => requirements.allowsFallback(fallback, route));
  return allowed.length === 0 ? [{ ...route, fallbacks: undefined }] : [route, ...allowed];
}
