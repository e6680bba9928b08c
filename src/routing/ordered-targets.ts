import type { GatewayConfig } from '../config/gateway-config.ts';
import type { GatewayError } from '../errors/errors.ts';
import type { Target } from '../models/types/model.ts';
import type { RequestContext } from '../request/request-context.ts';
import type { QuotaRequest } from './quotas/quota-request.ts';
import { isExhausted, type QuotaExhausted, type Reservation } from './quotas/reservation.ts';
import { OrderedTarget, type TargetChoice } from './ordered-target.ts';
import type { RoutedCall, TargetCandidate, TargetCandidates } from './target-candidates.ts';
import type { TargetObserver } from './target-observer.ts';
import { mostRetryable } from './targets/cooldown-policies.ts';
import type { TargetHealth } from './targets/target-health.ts';
import { TargetOrder } from './targets/target-order.ts';
import {
  type CacheAffinity,
  isCrossAccount,
  type PromptCacheAffinity,
  type LastTarget,
} from './targets/prompt-cache-affinity.ts';

/** The state on which the choice among several targets depends. */
export interface TargetState {
  readonly config: GatewayConfig;
  readonly health: TargetHealth;
  readonly affinity: PromptCacheAffinity;
  readonly observer: TargetObserver;
}

/**
 * The targets of a route in the order in which one call tries them. Skips targets that are in cool-down or have no quota
 * left.
 */
export class OrderedTargets implements TargetCandidates, TargetChoice {
  readonly call: RoutedCall;
  readonly context: RequestContext;
  readonly observer: TargetObserver;
  private readonly state: TargetState;
  private readonly quotas: QuotaRequest | undefined;
  private readonly conversation: CacheAffinity | undefined;
  /** The target of the conversation's last turn. */
  private readonly lastTarget: LastTarget | undefined;
  private readonly order: TargetOrder;
  private readonly failed: { target: Target; failure: GatewayError }[] = [];
  private readonly exhausted: { target: Target; rejection: QuotaExhausted }[] = [];

  constructor(call: RoutedCall, context: RequestContext, state: TargetState, quotas: QuotaRequest | undefined) {
    const { targets } = call.route;
    this.call = call;
    this.context = context;
    this.observer = state.observer;
    this.state = state;
    this.quotas = quotas;
    this.conversation = targets.length > 1 ? call.cacheAffinity() : undefined;
    this.lastTarget = this.conversation && state.affinity.of(context.caller, this.conversation, targets);
    this.order = new TargetOrder(targets, Math.random, this.lastTarget?.target);
  }

  async next(): Promise<TargetCandidate> {
    while (!this.isOverdue()) {
      const target = this.order.next();
      if (target === undefined) break;
      const candidate = await this.tryTarget(target);
      if (candidate === undefined) continue;
      const last = this.failed.at(-1);
      if (last) this.observer.failedOver(this.call.route, this.context, last.target, last.failure);
      return candidate;
    }
    if (this.failed.length > 0) throw mostRetryable(this.failed.map(({ failure }) => failure))!;
    return this.exhausted.length > 0 ? this.firstToFree() : this.firstToRecover();
  }

  /** Records a failure that another target may not have. */
  failedAt(target: Target, failure: GatewayError): void {
    this.failed.push({ target, failure });
  }

  /** Records that a target answers the conversation. */
  answeredAt(target: Target): void {
    if (this.conversation) this.state.affinity.record(this.context.caller, this.conversation, target, this.lastTarget);
  }

  isCrossAccount(target: Target): boolean {
    return isCrossAccount(this.lastTarget, target);
  }

  /** Returns undefined if the target is in cool-down or its quota is exhausted. */
  private async tryTarget(target: Target): Promise<TargetCandidate | undefined> {
    const observation = this.state.health.begin(target, this.context.caller?.id);
    if (observation === undefined) return undefined;
    if (this.quotas === undefined) return new OrderedTarget(this, target, observation);
    let isChosen = false;
    try {
      const answer = await this.quotas.reserve(target);
      if (isExhausted(answer)) {
        this.exhausted.push({ target, rejection: answer });
        return undefined;
      }
      isChosen = true;
      return new OrderedTarget(this, target, observation, answer);
    } finally {
      // Another request may then probe the target.
      if (!isChosen) observation.abandoned();
    }
  }

  /**
   * Waits for the target whose quota is available first. Called if all targets outside a cool-down have exhausted their
   * quotas.
   */
  private async firstToFree(): Promise<TargetCandidate> {
    const byTime = this.exhausted.toSorted((one, other) => one.rejection.availableInMs - other.rejection.availableInMs);
    const { target, rejection } = byTime[0]!;
    const reservation = await this.quotas!.wait(target, rejection);
    return this.lastCandidate(target, reservation);
  }

  /**
   * Handles the case that all targets are in cool-down. Fails at once if the route has fallback models, so that they can
   * answer. Otherwise tries the target whose cool-down ends first.
   */
  private async firstToRecover(): Promise<TargetCandidate> {
    const { targets, fallbacks } = this.call.route;
    const { health } = this.state;
    const key = this.context.caller?.id;
    const failures = targets.flatMap((target) => health.lastFailure(target, key) ?? []);
    const failure = fallbacks === undefined ? undefined : mostRetryable(failures);
    if (failure !== undefined) throw failure;
    const soonest = health.shortestCooldown(targets, key)!;
    return this.lastCandidate(soonest, await this.quotas?.reserveOrWait(soonest));
  }

  private lastCandidate(target: Target, reservation?: Reservation): TargetCandidate {
    const observation = this.state.health.beginDuringCooldown(target, this.context.caller?.id);
    return new OrderedTarget(this, target, observation, reservation, 'last');
  }

  /** True if a target has failed and the time for retries is over. */
  private isOverdue(): boolean {
    const { maxElapsedMs } = this.state.config.retry;
    return this.failed.length > 0 && performance.now() - this.context.startedAt > maxElapsedMs;
  }
}
