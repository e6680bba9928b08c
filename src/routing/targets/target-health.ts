import { LRUCache } from 'lru-cache';
import type { GatewayError } from '../../errors/errors.ts';
import type { Target } from '../../models/types/model.ts';
import type { TargetHealthState } from '../../telemetry/metrics/gateway-metrics.ts';
import type { CooldownPolicy } from './cooldown-policies.ts';
import { type Entry, type HealthClocks, TargetCondition } from './target-condition.ts';

/** Maximum number of targets, more than a gateway has. Each model counts once for each region, account and endpoint. */
const MAX_TARGETS = 2_000;
/** Maximum number of targets that are in cool-down for a single API key. */
const MAX_KEY_CONDITIONS = 2_000;

/** A cool-down that has begun. */
export interface CoolDown {
  pauseMs: number;
  /** `key` if the cool-down applies only to the API key of the failed request. */
  scope: 'all' | 'key';
}

/** Observation of one request at a target. One of its functions is called, once. */
export interface HealthObservation {
  /** Records an answer, or a rejection of the client's request. Returns `back` if it ends a cool-down. */
  answered(): 'back' | 'as before';
  /** Records a failure. Returns the cool-down that begins with it, if one does. */
  failed(policy: CooldownPolicy, failure: GatewayError): CoolDown | undefined;
  /** Records an unknown outcome, because the client has disconnected. */
  abandoned(): void;
}

/**
 * A circuit breaker for each target, in this process. After a cool-down, one request probes the target. Its outcome ends the
 * cool-down, or starts another one of twice the length.
 *
 * A failure that the content of a request can cause (`causableByRequest`) starts a cool-down only for the API key of that request.
 * For all keys, a cool-down starts when a second key has such a failure without a success between. A failure that the role of
 * a team can cause (`isOfCaller`) never affects other keys.
 */
export class TargetHealth {
  private readonly conditions = new LRUCache<string, TargetCondition>({ max: MAX_TARGETS });
  /** Conditions of targets for single API keys. Empty until such a failure occurs. */
  private readonly keyConditions = new LRUCache<string, TargetCondition>({ max: MAX_KEY_CONDITIONS });
  private readonly clocks: HealthClocks;

  constructor(clocks: HealthClocks = { now: () => performance.now(), date: () => Date.now() }) {
    this.clocks = clocks;
  }

  /**
   * Starts the observation of a request. `key` is the id of its API key. Returns undefined during a cool-down, and after it
   * while a probe runs.
   */
  begin(target: Target, key = ''): HealthObservation | undefined {
    const shared = this.conditionOf(target).entry;
    if (shared === undefined) return undefined;
    const ofKey = this.keyConditionOf(target, key);
    const entry = ofKey === undefined ? 'usual' : ofKey.entry;
    return entry && this.observation(target, key, { shared, ofKey: entry });
  }

  /** Starts an attempt at a target in cool-down, because all targets of the route are in cool-down. */
  beginDuringCooldown(target: Target, key = ''): HealthObservation {
    return this.begin(target, key) ?? this.observation(target, key, { shared: 'anyway', ofKey: 'anyway' });
  }

  /** Returns the target whose cool-down ends first. */
  shortestCooldown(targets: readonly Target[], key = ''): Target | undefined {
    const until = (target: Target): number =>
      Math.max(this.conditionOf(target).pausedUntil, this.keyConditionOf(target, key)?.pausedUntil ?? 0);
    return targets.toSorted((one, other) => until(one) - until(other))[0];
  }

  /** Returns the failure that started the cool-down. */
  lastFailure(target: Target, key = ''): GatewayError | undefined {
    return this.conditions.peek(target.id)?.lastFailure ?? this.keyConditionOf(target, key)?.lastFailure;
  }

  /** Yields each target with its state for all keys. */
  *states(): Generator<[target: string, state: TargetHealthState]> {
    const now = this.clocks.now();
    for (const [id, { pausedUntil }] of this.conditions.entries()) {
      yield [id, pausedUntil === 0 ? 'healthy' : pausedUntil > now ? 'cooldown' : 'probing'];
    }
  }

  private conditionOf({ id }: Target): TargetCondition {
    const known = this.conditions.get(id);
    if (known !== undefined) return known;
    const condition = new TargetCondition(this.clocks);
    this.conditions.set(id, condition);
    return condition;
  }

  private keyConditionOf(target: Target, key: string): TargetCondition | undefined {
    return this.keyConditions.size === 0 ? undefined : this.keyConditions.get(keyConditionName(target, key));
  }

  private observation(target: Target, key: string, entries: { shared: Entry; ofKey: Entry }): HealthObservation {
    const startedAt = this.clocks.now();
    const shared = this.conditionOf(target);
    shared.enter(entries.shared);
    this.keyConditionOf(target, key)?.enter(entries.ofKey);
    const end = (): void => {
      shared.leave(entries.shared);
      this.keyConditionOf(target, key)?.leave(entries.ofKey);
    };
    return {
      abandoned: end,
      answered: () => {
        end();
        this.keyConditionOf(target, key)?.answered(entries.ofKey, startedAt);
        return shared.answered(entries.shared, startedAt) ? 'back' : 'as before';
      },
      failed: (policy, failure) => {
        end();
        if (!failure.causableByRequest && !policy.causableByRequest && !failure.isOfCaller) {
          return coolDown(shared.failed(entries.shared, policy, failure), 'all');
        }
        const ofKey = this.keyConditionOf(target, key) ?? this.createKeyCondition(target, key);
        const keyPauseMs = ofKey.failed(entries.ofKey, policy, failure);
        if (failure.isOfCaller) return coolDown(keyPauseMs, 'key');
        const pauseMs = shared.suspected(key, entries.shared, policy, failure);
        return coolDown(pauseMs, 'all') ?? coolDown(keyPauseMs, 'key');
      },
    };
  }

  private createKeyCondition(target: Target, key: string): TargetCondition {
    const condition = new TargetCondition(this.clocks);
    this.keyConditions.set(keyConditionName(target, key), condition);
    return condition;
  }
}

function keyConditionName({ id }: Target, key: string): string {
  return `${key} ${id}`;
}

function coolDown(pauseMs: number | undefined, scope: CoolDown['scope']): CoolDown | undefined {
  return pauseMs === undefined ? undefined : { pauseMs, scope };
}
