import { Injectable, Logger } from '@nestjs/common';
import type { Call } from '../request/call.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import { GatewayError } from '../errors/errors.ts';
import { waitLimitMs } from '../request/open-attempts.ts';
import type { ModelCard, Route, Target } from '../models/types/model.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { coolDownText } from './targets/cool-down-text.ts';
import type { Demand, PromptSize } from './quotas/estimates/demand.ts';
import { quotaExceeded, standingHeaders } from './quotas/quota-errors.ts';
import { QuotaService } from './quotas/quota.service.ts';
import { endFailed, isRefusal, type QuotaRefusal, type Reservation } from './quotas/reservation.ts';
import type { Served } from './served.ts';
import { mostHopeful, setbackOf } from './targets/setbacks.ts';
import { type CoolDown, TargetHealth, type Trial } from './targets/target-health.ts';
import { inTurn, withFirst } from './targets/target-order.ts';
import { type Conversation, isForeign, WarmTargets, type Whereabouts } from './targets/warm-targets.ts';

/** What is to be done at one of the targets. */
export interface Errand<T> {
  /**
   * Resolves when the target has accepted: with a whole answer, or with a stream that has begun. `history` says that
   * turns of the conversation were answered in another account.
   */
  attempt(target: Target, history?: 'foreign'): Promise<T>;
  /** Asked only where there is a choice; undefined where nothing of the prompt is cached. */
  conversation(): Conversation | undefined;
  /** Asked only where there are quotas. */
  size(): PromptSize;
  /** True for an operation beside inference, e.g. CountTokens: its outcome does not change the health of the target. */
  isAside?: boolean;
}

const BOOKS_NOTHING = (): void => undefined;

/**
 * Chooses among the targets of a route and goes on to the next where one fails or its quota is used up, before the first
 * byte. Waits for nothing but a quota, where nobody else can answer.
 */
@Injectable()
export class RoutingService {
  private readonly logger = new Logger(RoutingService.name);
  private readonly health = new TargetHealth();
  private readonly warm = new WarmTargets();

  constructor(
    private readonly config: GatewayConfig,
    private readonly metrics: MetricsService,
    private readonly quotas: QuotaService,
  ) {
    metrics.watchTargets(() => this.health.levels());
  }

  /** Rejects with what the target said, or where several failed, with the failure most worth a retry. */
  async serve<T>(route: Route, call: Call, errand: Errand<T>): Promise<Served<T>> {
    const [only] = route.targets;
    // Nobody else to ask: what waiting can do, the retries do.
    if (only !== undefined && route.targets.length === 1 && route.fallbacks === undefined) {
      if (!this.quotas.isActive) return this.ask(only, call, errand);
      return this.ask(only, call, errand, await this.admitted(only, this.wish(route, call, errand)));
    }
    return this.walk(route, call, errand);
  }

  /** One target, one attempt. */
  private async ask<T>(target: Target, call: Call, errand: Errand<T>, place?: Reservation): Promise<Served<T>> {
    call.attempts.begin();
    try {
      const body = await errand.attempt(target);
      if (place === undefined) return { body, target, settle: BOOKS_NOTHING };
      if (place.standing) for (const [name, value] of standingHeaders(place.standing)) call.header(name, value);
      return { body, target, settle: (usage) => place.settle(usage) };
    } catch (error) {
      if (place !== undefined) endFailed(place, error);
      throw error;
    } finally {
      call.attempts.end();
    }
  }

  private wish<T>({ model, fallbacks }: Route, call: Call, errand: Errand<T>): Wish {
    const demand = this.quotas.demandOf(model, errand.size(), call.caller?.id ?? '');
    return { model, demand, call, mayWait: fallbacks === undefined };
  }

  /** Waits for its turn where there is no place at once, unless another model may answer in the meantime. */
  private async admitted(target: Target, wish: Wish): Promise<Reservation> {
    const answer = await this.quotas.reserve(target, wish.model, wish.demand);
    return isRefusal(answer) ? this.inTurnAt(target, wish, answer) : answer;
  }

  private inTurnAt(
    target: Target,
    { model, demand, call, mayWait }: Wish,
    refusal: QuotaRefusal,
  ): Promise<Reservation> {
    if (!mayWait) throw quotaExceeded(refusal, demand);
    const mostMs = waitLimitMs(call.attempts, this.config) - (performance.now() - call.startedAt);
    const { signal, caller } = call;
    return this.quotas.turn(target, model, demand, { owner: caller?.id ?? '', refusal, signal, mostMs });
  }

  private async walk<T>(route: Route, call: Call, asked: Errand<T>): Promise<Served<T>> {
    const conversation = route.targets.length > 1 ? asked.conversation() : undefined;
    const warm = conversation && this.warm.of(call.caller, conversation, route.targets);
    const errand: Errand<T> = warm ? inView(asked, warm) : asked;
    const drawn = inTurn(route.targets, Math.random);
    const wish = this.quotas.isActive ? this.wish(route, call, errand) : undefined;
    const left: Left[] = [];
    const full: Full[] = [];
    for (const target of warm ? withFirst(drawn, warm.target) : drawn) {
      const entry = await this.enter(target, call, wish);
      if (entry === undefined) continue;
      if ('refusal' in entry) {
        full.push(entry);
        continue;
      }
      if (left.length > 0) this.tell(route, call, left.at(-1)!);
      const outcome = await this.attempt(target, entry.trial, call, errand, entry.place);
      if ('served' in outcome) {
        if (conversation) this.warm.used(call.caller, conversation, target, warm);
        return outcome.served;
      }
      left.push({ target, failure: outcome.failure });
      if (performance.now() - call.startedAt > this.config.retry.deadlineMs) break;
    }
    if (left.length > 0) throw mostHopeful(left.map(({ failure }) => failure))!;
    return full.length > 0 ? this.whenFree(full, wish!, call, errand) : this.lastResort(route, call, errand, wish);
  }

  /** Undefined where the target is left alone. */
  private async enter(target: Target, call: Call, wish: Wish | undefined): Promise<Entry | Full | undefined> {
    const trial = this.health.begin(target, call.caller?.id);
    if (trial === undefined || wish === undefined) return trial && { trial };
    let place: Reservation | undefined;
    try {
      const answer = await this.quotas.reserve(target, wish.model, wish.demand);
      if (isRefusal(answer)) return { target, refusal: answer };
      place = answer;
      return { trial, place };
    } finally {
      // Another request may try the target in its place.
      if (place === undefined) trial.abandoned();
    }
  }

  /** All that work have used up their quotas: the one that frees first. */
  private async whenFree<T>(full: readonly Full[], wish: Wish, call: Call, errand: Errand<T>): Promise<Served<T>> {
    const { target, refusal } = full.toSorted((one, other) => one.refusal.freesInMs - other.refusal.freesInMs)[0]!;
    const place = await this.inTurnAt(target, wish, refusal);
    return served(await this.attempt(target, this.health.beginAnyway(target, call.caller?.id), call, errand, place));
  }

  /** Everybody is left alone: another model may answer, else a refusal of ours would help nobody. */
  private async lastResort<T>(route: Route, call: Call, errand: Errand<T>, wish?: Wish): Promise<Served<T>> {
    const key = call.caller?.id;
    const reasons = route.targets.flatMap((target) => this.health.lastFailure(target, key) ?? []);
    const reason = route.fallbacks === undefined ? undefined : mostHopeful(reasons);
    if (reason !== undefined) throw reason;
    const soonest = this.health.soonest(route.targets, key)!;
    const place = wish && (await this.admitted(soonest, wish));
    return served(await this.attempt(soonest, this.health.beginAnyway(soonest, key), call, errand, place));
  }

  /** Rejects with what would be the same elsewhere. */
  private async attempt<T>(
    target: Target,
    trial: Trial,
    call: Call,
    errand: Errand<T>,
    place?: Reservation,
  ): Promise<Outcome<T>> {
    try {
      const served = await this.ask(target, call, errand, place);
      this.metrics.targetJudged({ model: call.facts.model, target: target.id });
      if (errand.isAside) trial.abandoned();
      else this.noteAnswer(target, trial);
      return { served };
    } catch (error) {
      this.metrics.targetJudged({ model: call.facts.model, target: target.id });
      const setback = call.signal.aborted ? undefined : setbackOf(error);
      if (setback && error instanceof GatewayError) {
        if (errand.isAside) trial.abandoned();
        else this.noteFailure(target, error, trial.failed(setback, error), call);
        return { failure: error };
      }
      // What was never sent has no exception: the target did not see it.
      const isRefusal = error instanceof GatewayError && error.exception !== undefined && !call.signal.aborted;
      if (isRefusal && !errand.isAside) this.noteAnswer(target, trial);
      else trial.abandoned();
      throw error;
    }
  }

  private noteAnswer(target: Target, trial: Trial): void {
    if (trial.answered() === 'back') this.logger.log(`target ${target.id} works again`);
  }

  private noteFailure(target: Target, failure: GatewayError, coolDown: CoolDown | undefined, { caller }: Call): void {
    if (coolDown !== undefined) this.logger.warn(coolDownText(target, coolDown, failure, caller));
  }

  private tell(route: Route, call: Call, { target, failure }: Left): void {
    const code = failure.code ?? 'unknown';
    (call.facts.failovers ??= []).push(`${target.id}=${code}`);
    call.trace?.event('outcrop.failover', { 'outcrop.target': target.id, 'error.type': code });
    this.metrics.failedOver({ model: route.model.name, target: target.id, code });
  }
}

/** The errand of a conversation that has been somewhere. */
function inView<T>(errand: Errand<T>, before: Whereabouts): Errand<T> {
  return {
    attempt: (target) => errand.attempt(target, isForeign(before, target) ? 'foreign' : undefined),
    conversation: () => errand.conversation(),
    size: () => errand.size(),
    isAside: errand.isAside,
  };
}

/** A target that failed. */
interface Left {
  target: Target;
  failure: GatewayError;
}

/** A target that may be asked. */
interface Entry {
  trial: Trial;
  place?: Reservation;
}

/** A target whose quota is used up. */
interface Full {
  target: Target;
  refusal: QuotaRefusal;
}

/** What a request wants of the quotas, whichever target it goes to. */
interface Wish {
  call: Call;
  model: ModelCard;
  demand: Demand;
  /** Nobody else answers in its place. */
  mayWait: boolean;
}

type Outcome<T> = { served: Served<T> } | { failure: GatewayError };

function served<T>(outcome: Outcome<T>): Served<T> {
  if ('served' in outcome) return outcome.served;
  throw outcome.failure;
}
