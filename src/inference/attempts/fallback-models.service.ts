import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { GatewayError } from '../../errors/errors.ts';
import { KeyRateLimitError } from '../../governance/rate-limit-errors.ts';
import { ENDING_HEADER_NAMES } from '../../models/types/lifecycle.ts';
import type { Route } from '../../models/types/model.ts';
import { canFailOver, mostRetryable } from '../../routing/targets/cooldown-policies.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import { CallOfModel } from './call-of-model.ts';

/**
 * Goes on with the models that a route names when the model that was asked for fails at all of its targets, at once:
 * retries wait only when nobody of them could answer. What a fallback cannot be told is no reason to fail.
 */
@Injectable()
export class FallbackModels {
  constructor(
    private readonly config: GatewayConfig,
    private readonly metrics: MetricsService,
  ) {}

  /** `answer` is asked anew for each model. Rejects with the failure that is most worth a retry. */
  async through<T>(
    route: Route,
    context: RequestContext,
    answer: (route: Route, context: RequestContext) => Promise<T>,
  ): Promise<T> {
    if (route.fallbacks === undefined) return answer(route, context);
    const failed: Failed[] = [];
    for (const [index, candidate] of [route, ...route.fallbacks].entries()) {
      const outcome = await this.attempt(candidate, new CallOfModel(context, String(index)), answer);
      if ('result' in outcome) {
        if (failed.length > 0) this.tell(context, candidate, failed);
        return outcome.result;
      }
      const { failure } = outcome;
      if (failure instanceof KeyRateLimitError) throw failure;
      if (candidate === route && !canFailOver(failure)) throw failure;
      failed.push({ model: candidate.model.name, failure });
      forgetAdjusted(context);
      if (performance.now() - context.startedAt > this.config.retry.maxElapsedMs) break;
    }
    context.report.model = route.model.name;
    throw mostRetryable(failed.map(({ failure }) => failure).filter(canFailOver))!;
  }

  /** Rejects with what is no failure of Bedrock, and when the client has gone. */
  private async attempt<T>(
    route: Route,
    own: CallOfModel,
    answer: (route: Route, context: RequestContext) => Promise<T>,
  ): Promise<{ result: T } | { failure: GatewayError }> {
    try {
      return { result: await answer(route, own) };
    } catch (error) {
      const isOver = own.signal.aborted;
      own.leave();
      if (isOver || !(error instanceof GatewayError)) throw error;
      return { failure: error };
    }
  }

  private tell(context: RequestContext, { model: { name } }: Route, failed: readonly Failed[]): void {
    const told = failed.map(({ model, failure }) => `${model}=${failure.code ?? 'unknown'}`);
    context.report.fallback = told;
    context.header('x-outcrop-fallback', told.join(', '));
    const [{ model, failure }] = failed as [Failed];
    const code = failure.code ?? 'unknown';
    context.trace?.event('outcrop.fallback', {
      'outcrop.model': model,
      'outcrop.fallback.model': name,
      'error.type': code,
    });
    this.metrics.modelFallback({ from: model, to: name, code });
  }
}

/** A model that could not answer. */
interface Failed {
  model: string;
  failure: GatewayError;
}

/** What was changed for a model that did not answer is of no interest. */
function forgetAdjusted(context: RequestContext): void {
  context.report.adjusted = undefined;
  context.header('x-outcrop-adjusted', undefined);
  for (const name of ENDING_HEADER_NAMES) context.header(name, undefined);
}
