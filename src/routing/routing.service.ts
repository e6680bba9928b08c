import { Injectable, Logger } from '@nestjs/common';
import type { Call } from '../call.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import { GatewayError } from '../errors.ts';
import type { Route, Target } from '../models/model.ts';
import { MetricsService } from '../telemetry/metrics.service.ts';
import type { Served } from './served.ts';
import { mostHopeful, setbackOf } from './setbacks.ts';
import { TargetHealth, type Trial } from './target-health.ts';
import { inTurn, withFirst } from './target-order.ts';
import { type Conversation, WarmTargets } from './warm-targets.ts';

/** What is to be done at one of the targets. */
export interface Errand<T> {
  /** Resolves when the target has accepted: with a whole answer, or with a stream that has begun. */
  attempt(target: Target): Promise<T>;
  /** Asked only where there is a choice; undefined where nothing of the prompt is cached. */
  conversation(): Conversation | undefined;
}

const BOOKS_NOTHING = (): void => undefined;

/** Chooses among the targets of a route and goes on to the next where one fails, before its first byte. Never waits. */
@Injectable()
export class RoutingService {
  private readonly logger = new Logger(RoutingService.name);
  private readonly health = new TargetHealth();
  private readonly warm = new WarmTargets();

  constructor(
    private readonly config: GatewayConfig,
    private readonly metrics: MetricsService,
  ) {
    metrics.watchTargets(() => this.health.levels());
  }

  /** Rejects with what the target said, or where several failed, with the failure most worth a retry. */
  async serve<T>(route: Route, call: Call, errand: Errand<T>): Promise<Served<T>> {
    const [only] = route.targets;
    // Nobody else to ask: what waiting can do, the retries do.
    if (only !== undefined && route.targets.length === 1 && route.fallbacks === undefined) {
      return this.ask(only, errand);
    }
    return this.walk(route, call, errand);
  }

  /** One target, one attempt. */
  private async ask<T>(target: Target, errand: Errand<T>): Promise<Served<T>> {
    return { body: await errand.attempt(target), target, settle: BOOKS_NOTHING };
  }

  private async walk<T>(route: Route, call: Call, errand: Errand<T>): Promise<Served<T>> {
    const conversation = route.targets.length > 1 ? errand.conversation() : undefined;
    const warm = conversation && this.warm.of(conversation, route.targets);
    const drawn = inTurn(route.targets, Math.random);
    const left: Left[] = [];
    for (const target of warm ? withFirst(drawn, warm) : drawn) {
      const trial = this.health.begin(target);
      if (trial === undefined) continue;
      if (left.length > 0) this.tell(route, call, left.at(-1)!);
      const outcome = await this.attempt(target, trial, call, errand);
      if ('served' in outcome) {
        if (conversation) this.warm.used(conversation, target);
        return outcome.served;
      }
      left.push({ target, failure: outcome.failure });
      if (performance.now() - call.startedAt > this.config.retry.deadlineMs) break;
    }
    if (left.length > 0) throw mostHopeful(left.map(({ failure }) => failure))!;
    return this.lastResort(route, call, errand);
  }

  /** Everybody is left alone: another model may answer, else a refusal of ours would help nobody. */
  private async lastResort<T>(route: Route, call: Call, errand: Errand<T>): Promise<Served<T>> {
    const reasons = route.targets.flatMap((target) => this.health.lastFailure(target) ?? []);
    const reason = route.fallbacks === undefined ? undefined : mostHopeful(reasons);
    if (reason !== undefined) throw reason;
    const soonest = this.health.soonest(route.targets)!;
    const outcome = await this.attempt(soonest, this.health.beginAnyway(soonest), call, errand);
    if ('served' in outcome) return outcome.served;
    throw outcome.failure;
  }

  /** Rejects with what would be the same elsewhere. */
  private async attempt<T>(
    target: Target,
    trial: Trial,
    call: Call,
    errand: Errand<T>,
  ): Promise<{ served: Served<T> } | { failure: GatewayError }> {
    try {
      const served = await this.ask(target, errand);
      this.noteAnswer(target, trial);
      return { served };
    } catch (error) {
      const setback = call.signal.aborted ? undefined : setbackOf(error);
      if (setback && error instanceof GatewayError) {
        this.noteFailure(target, error, trial.failed(setback, error));
        return { failure: error };
      }
      const isRefusal = error instanceof GatewayError && !call.signal.aborted;
      if (isRefusal) this.noteAnswer(target, trial);
      else trial.abandoned();
      throw error;
    }
  }

  private noteAnswer(target: Target, trial: Trial): void {
    if (trial.answered() === 'back') this.logger.log(`target ${target.id} works again`);
  }

  private noteFailure({ id }: Target, { code, exception, cause }: GatewayError, pauseMs: number | undefined): void {
    if (pauseMs === undefined) return;
    const reason = cause instanceof Error ? cause.message : exception;
    this.logger.warn(`target ${id} is left alone for ${pauseMs / 1_000} s: ${code}${reason ? ` (${reason})` : ''}`);
  }

  private tell(route: Route, call: Call, { target, failure }: Left): void {
    const code = failure.code ?? 'unknown';
    (call.facts.failovers ??= []).push(`${target.id}=${code}`);
    call.trace?.event('outcrop.failover', { 'outcrop.target': target.id, 'error.type': code });
    this.metrics.failedOver({ model: route.model.name, target: target.id, code });
  }
}

/** A target that failed. */
interface Left {
  target: Target;
  failure: GatewayError;
}
