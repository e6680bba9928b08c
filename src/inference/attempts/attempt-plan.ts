import { isBetaRejection } from '../../bedrock/errors/beta-rejections.ts';
import type { GatewayConfig } from '../../config/gateway-config.ts';
import { GatewayError } from '../../errors/errors.ts';
import { KeyRateLimitError } from '../../governance/rate-limit-errors.ts';
import type { Route } from '../../models/types/model.ts';
import type { RequestContext } from '../../request/request-context.ts';
import { canFailOver, mostRetryable } from '../../routing/targets/cooldown-policies.ts';
import type { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import type { RejectedBefore } from '../../translation/dialect.ts';
import type { HistoryOmissions } from '../../translation/history/history-omissions.ts';
import { combinedFallback, type SchemaFallback } from '../../translation/json-schema/expected-output.ts';
import type { RejectedBetas } from '../rejections/rejected-betas.ts';
import type { RejectedHistory } from '../rejections/rejected-history.ts';
import type { RejectedSchemas } from '../rejections/rejected-schemas.ts';
import { clearAdjustments } from '../report-adjustments.ts';
import type { RejectableAttempt } from './attempt.ts';
import { ModelContext } from './model-context.ts';
import type { ModelRequirements, PlannedAttempt } from './request-preparer.ts';

/** Services that all plans share: settings, metrics, and the remembered rejections of Bedrock. */
export interface PlanServices {
  readonly config: Pick<GatewayConfig, 'retry'>;
  readonly metrics: Pick<MetricsService, 'requestRetried' | 'modelFallback'>;
  readonly rejectedSchemas: RejectedSchemas;
  readonly rejectedHistory: RejectedHistory;
  readonly rejectedBetas: RejectedBetas;
}

/** The request for which a plan is made. */
export interface PlanRequest {
  /** The models that may answer: the requested one, then its fallback models. */
  readonly routes: readonly [Route, ...Route[]];
  readonly context: RequestContext;
  readonly requirements: Pick<ModelRequirements, 'operationOf'>;
}

/** A model that did not answer. */
interface FailedModel {
  route: Route;
  failure: GatewayError;
}

/**
 * The attempts that can answer a request, in order: each model of its route, and each model again without the parts
 * that Bedrock rejected. A plan lives for one pass over the models; the RetryPolicy begins the next pass with a
 * new plan.
 */
export class AttemptPlan {
  /** The current entry. */
  current: PlannedAttempt;
  private readonly services: PlanServices;
  private readonly request: PlanRequest;
  private readonly failed: FailedModel[] = [];
  /** The flags that Bedrock rejected at the current model. */
  private rejectedFlags: readonly string[] = [];

  constructor(request: PlanRequest, services: PlanServices) {
    this.services = services;
    this.request = request;
    this.current = this.entry(request.routes[0]);
  }

  /**
   * Selects the next entry after a failure: the same model without the parts that Bedrock rejected, otherwise the next
   * model. If there is no other model, throws the failure. If several models failed, throws the first one that can be
   * retried. `attempt` is absent if the request could not be translated.
   */
  advance(failure: unknown, attempt: RejectableAttempt | undefined): void {
    const isFixed = attempt === undefined || attempt.operation === 'fixed';
    const lesser = isFixed ? undefined : this.withoutRejected(failure, attempt);
    this.current = lesser ?? this.nextModel(failure);
    clearAdjustments(this.request.context);
  }

  /** Remembers the rejections that the attempt has avoided, and reports the models that failed before it. */
  succeed(attempt: RejectableAttempt): void {
    this.rememberRejections(attempt);
    if (this.failed.length > 0) this.reportFallback();
  }

  private withoutRejected(failure: unknown, attempt: RejectableAttempt): PlannedAttempt | undefined {
    const { rejectedHistory, rejectedSchemas, metrics } = this.services;
    const { current } = this;
    const { model } = current.route;
    if (isBetaRejection(failure) && attempt.betaFlags.length > 0 && current.history.betas === undefined) {
      this.rejectedFlags = attempt.betaFlags;
      metrics.requestRetried('beta_refused');
      return { ...current, history: { ...current.history, betas: 'rejected' } };
    }
    const history = rejectedHistory.after(failure, current.history, model);
    if (history !== undefined && changesRequest(history, attempt)) {
      metrics.requestRetried('history_refused');
      return { ...current, history };
    }
    const scope = { owner: this.owner, model, operation: attempt.operation };
    const more = rejectedSchemas.after(failure, scope, attempt.enforcedSchemas(failure));
    const schemaFallback = more && combinedFallback(current.schemaFallback, more);
    if (schemaFallback === undefined || isEqual(schemaFallback, current.schemaFallback)) return undefined;
    metrics.requestRetried('schema_refused');
    return { ...current, schemaFallback };
  }

  /** Returns the entry of the next model. Throws if another model cannot help, or if no model is left. */
  private nextModel(failure: unknown): PlannedAttempt {
    const { routes, context } = this.request;
    if (routes.length === 1) throw failure;
    const isOver = this.current.context.signal.aborted;
    if (this.current.context instanceof ModelContext) this.current.context.leave();
    if (isOver || !(failure instanceof GatewayError) || failure instanceof KeyRateLimitError) throw failure;
    if (this.failed.length === 0 && !canFailOver(failure)) throw failure;
    this.failed.push({ route: this.current.route, failure });
    const next = routes[this.failed.length];
    const isLate = performance.now() - context.startedAt > this.services.config.retry.maxElapsedMs;
    if (next !== undefined && !isLate) return this.entry(next);
    context.report.model = routes[0].model.name;
    clearAdjustments(context);
    throw mostRetryable(this.failed.map((model) => model.failure).filter(canFailOver)) ?? failure;
  }

  private entry(route: Route): PlannedAttempt {
    const { routes, context } = this.request;
    this.rejectedFlags = [];
    return {
      route,
      // The scope is the same on every retry.
      context: routes.length === 1 ? context : new ModelContext(context, String(this.failed.length)),
      schemaFallback: {},
      history: this.services.rejectedHistory.known(this.owner, route.model),
      rejectedBefore: this.rejectedBefore(route),
    };
  }

  private rejectedBefore(route: Route): RejectedBefore | undefined {
    const { rejectedSchemas, rejectedBetas } = this.services;
    if (rejectedSchemas.isEmpty && rejectedBetas.isEmpty) return undefined;
    const scope = { owner: this.owner, model: route.model, operation: this.request.requirements.operationOf(route) };
    return {
      schemas: (schemas) => rejectedSchemas.known(scope, schemas),
      betaFlags: (flags) => rejectedBetas.has({ ...scope, flags }),
    };
  }

  private rememberRejections({ operation }: RejectableAttempt): void {
    const { rejectedHistory, rejectedBetas } = this.services;
    const { history, route } = this.current;
    const { owner } = this;
    const { model } = route;
    if (history.systemRole !== undefined) rejectedHistory.rememberRole(owner, model);
    const flags = this.rejectedFlags;
    if (flags.length > 0) rejectedBetas.remember({ owner, model, operation, flags });
  }

  private reportFallback(): void {
    const { context } = this.request;
    const { name } = this.current.route.model;
    const entries = this.failed.map(({ route, failure }) => `${route.model.name}=${failure.code ?? 'unknown'}`);
    context.report.fallback = entries;
    context.header('x-outcrop-model-fallback', entries.join(', '));
    context.header('x-outcrop-fallback', entries.join(', '));
    const [{ route, failure }] = this.failed as [FailedModel];
    const code = failure.code ?? 'unknown';
    context.trace?.event('outcrop.fallback', {
      'outcrop.model': route.model.name,
      'outcrop.fallback.model': name,
      'error.type': code,
    });
    this.services.metrics.modelFallback({ from: route.model.name, to: name, code });
  }

  private get owner(): string {
    return this.request.context.caller?.id ?? '';
  }
}

function isEqual(one: SchemaFallback, other: SchemaFallback): boolean {
  return one.format === other.format && one.strictTools === other.strictTools;
}

/** Returns true if a changed history changes the request. PDF pages matter only to Converse; InvokeModel always reads them. */
function changesRequest(history: HistoryOmissions, { operation }: RejectableAttempt): boolean {
  return operation === 'converse' || history.pdfPages === undefined;
}
