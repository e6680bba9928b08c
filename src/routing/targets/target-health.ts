import { LRUCache } from 'lru-cache';
import type { GatewayError } from '../../errors/errors.ts';
import type { Target } from '../../models/types/model.ts';
import type { TargetHealthState } from '../../telemetry/metrics/gateway-metrics.ts';
import type { CooldownPolicy } from './cooldown-policies.ts';
import { type Entry, type HealthClocks, TargetCondition } from './target-condition.ts';

/** More targets than a gateway has: each model counts once a place. */
const MOST_TARGETS = 2_000;
/** Targets that paused for a single API key only. */
const MOST_OWN_CONDITIONS = 2_000;

/** A cool-down that has begun. */
export interface CoolDown {
  pauseMs: number;
  /** `key`: only the API key whose request failed is sent elsewhere. */
  scope: 'all' | 'key';
}

/** One request at a target. One of the three functions is called, once. */
export interface HealthObservation {
  /** The target has answered, also with a refusal of the client's request. Returns whether that ends a cool-down. */
  answered(): 'back' | 'as before';
  /** Returns the cool-down that begins with this failure, if one does. */
  failed(setback: CooldownPolicy, failure: GatewayError): CoolDown | undefined;
  /** The outcome is not known: the client has gone. */
  abandoned(): void;
}

/**
 * A circuit breaker for each target, in this process. After a cool-down one request is let through; with its outcome
 * the target is back, or in cool-down for twice as long.
 *
 * A failure that the content of a request can cause (`provokable`) pauses the target for the API key of that request
 * alone. For all keys it pauses the target when a second key has met such a failure too, without a success between.
 */
export class TargetHealth {
  private readonly conditions = new LRUCache<string, TargetCondition>({ max: MOST_TARGETS });
  /** Conditions of targets for single keys. Empty while no such failure has happened. */
  private readonly ownConditions = new LRUCache<string, TargetCondition>({ max: MOST_OWN_CONDITIONS });
  private readonly clocks: HealthClocks;

  constructor(clocks: HealthClocks = { now: () => performance.now(), date: () => Date.now() }) {
    this.clocks = clocks;
  }

  /** `key`: id of the API key. Returns undefined during a cool-down, and while a probe runs after it. */
  begin(target: Target, key = ''): HealthObservation | undefined {
    const shared = this.conditionOf(target).entry;
    if (shared === undefined) return undefined;
    const own = this.ownOf(target, key);
    const entry = own === undefined ? 'usual' : own.entry;
    return entry && this.trial(target, key, { shared, own: entry });
  }

  /** Begins a request at a target that is in cool-down, because all targets are. */
  beginDuringCooldown(target: Target, key = ''): HealthObservation {
    return this.begin(target, key) ?? this.trial(target, key, { shared: 'anyway', own: 'anyway' });
  }

  /** Returns the target whose cool-down ends first. */
  shortestCooldown(targets: readonly Target[], key = ''): Target | undefined {
    const until = (target: Target): number =>
      Math.max(this.conditionOf(target).pausedUntil, this.ownOf(target, key)?.pausedUntil ?? 0);
    return targets.toSorted((one, other) => until(one) - until(other))[0];
  }

  /** Returns the failure that a cool-down began with. */
  lastFailure(target: Target, key = ''): GatewayError | undefined {
    return this.conditions.peek(target.id)?.lastFailure ?? this.ownOf(target, key)?.lastFailure;
  }

  /** Yields the state of each target, as it is for all keys. */
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

  private ownOf(target: Target, key: string): TargetCondition | undefined {
    return this.ownConditions.size === 0 ? undefined : this.ownConditions.get(ownName(target, key));
  }

  private trial(target: Target, key: string, entries: { shared: Entry; own: Entry }): HealthObservation {
    const startedAt = this.clocks.now();
    const shared = this.conditionOf(target);
    shared.enter(entries.shared);
    this.ownOf(target, key)?.enter(entries.own);
    const end = (): void => {
      shared.leave(entries.shared);
      this.ownOf(target, key)?.leave(entries.own);
    };
    return {
      abandoned: end,
      answered: () => {
        end();
        this.ownOf(target, key)?.answered(entries.own, startedAt);
        return shared.answered(entries.shared, startedAt) ? 'back' : 'as before';
      },
      failed: (setback, failure) => {
        end();
        if (!failure.provokable && !setback.provokable) {
          return coolDown(shared.failed(entries.shared, setback, failure), 'all');
        }
        const own = this.ownOf(target, key) ?? this.newOwn(target, key);
        const ownPause = own.failed(entries.own, setback, failure);
        const pause = shared.suspected(key, entries.shared, setback, failure);
        return coolDown(pause, 'all') ?? coolDown(ownPause, 'key');
      },
    };
  }

  private newOwn(target: Target, key: string): TargetCondition {
    const condition = new TargetCondition(this.clocks);
    this.ownConditions.set(ownName(target, key), condition);
    return condition;
  }
}

function ownName({ id }: Target, key: string): string {
  return `${key} ${id}`;
}

function coolDown(pauseMs: number | undefined, scope: CoolDown['scope']): CoolDown | undefined {
  return pauseMs === undefined ? undefined : { pauseMs, scope };
}
