import { LRUCache } from 'lru-cache';
import type { GatewayError } from '../errors.ts';
import type { Target } from '../models/model.ts';
import type { Setback } from './setbacks.ts';

/** More targets than a gateway has: each model counts once a place. */
const MOST_TARGETS = 2_000;
const DAY_MS = 24 * 60 * 60_000;

/** What is known of one target. A model called in one place is a target of its own. */
interface Condition {
  /** Failures since the last success. */
  inARow: number;
  /** How often it was left alone since it last worked. */
  pauses: number;
  pausedAt: number;
  /** Left alone until then; 0: it works. */
  pausedUntil: number;
  /** Somebody finds out whether it works again. */
  isProbed: boolean;
  lastFailure?: GatewayError;
}

/** One request at a target. What came of it is told once. */
export interface Trial {
  /** The target has answered, be it with a refusal that is the client's own. Tells whether that brings it back. */
  answered(): 'back' | 'as before';
  /** Tells for how many milliseconds the target is left alone from now on, if it is. */
  failed(setback: Setback, failure: GatewayError): number | undefined;
  /** Nobody knows: the client has gone. */
  abandoned(): void;
}

/** Clocks in milliseconds. */
export interface HealthClocks {
  /** Only ever goes forward. */
  now: () => number;
  /** Since 1970. */
  date: () => number;
}

/**
 * Who works and who is left alone for a while: a circuit breaker for each target, in this process. A pause that is over
 * lets one request through; by what becomes of it the target is back, or left alone for twice as long.
 */
export class TargetHealth {
  private readonly conditions = new LRUCache<string, Condition>({ max: MOST_TARGETS });
  private readonly clocks: HealthClocks;

  constructor(clocks: HealthClocks = { now: () => performance.now(), date: () => Date.now() }) {
    this.clocks = clocks;
  }

  /** Undefined while the target is left alone, and while another request finds out whether it is back. */
  begin(target: Target): Trial | undefined {
    const condition = this.conditionOf(target);
    const { pausedUntil, isProbed } = condition;
    if (pausedUntil === 0) return this.trial(condition, 'usual');
    if (isProbed || pausedUntil > this.clocks.now()) return undefined;
    condition.isProbed = true;
    return this.trial(condition, 'probe');
  }

  /** A request goes to a target that is left alone, because all are. */
  beginAnyway(target: Target): Trial {
    return this.begin(target) ?? this.trial(this.conditionOf(target), 'anyway');
  }

  /** Of several targets that are left alone, the one whose pause ends first. */
  soonest(targets: readonly Target[]): Target | undefined {
    const until = (target: Target): number => this.conditionOf(target).pausedUntil;
    return targets.toSorted((one, other) => until(one) - until(other))[0];
  }

  /** Why the target is left alone. */
  lastFailure(target: Target): GatewayError | undefined {
    return this.conditions.peek(target.id)?.lastFailure;
  }

  /** By label: 1 works, 0 left alone, 0.5 its pause is over and nobody knows yet. */
  *levels(): Generator<[target: string, level: number]> {
    const now = this.clocks.now();
    for (const [id, { pausedUntil }] of this.conditions.entries()) {
      yield [id, pausedUntil === 0 ? 1 : pausedUntil > now ? 0 : 0.5];
    }
  }

  private conditionOf({ id }: Target): Condition {
    const known = this.conditions.get(id);
    if (known !== undefined) return known;
    const condition: Condition = { inARow: 0, pauses: 0, pausedAt: 0, pausedUntil: 0, isProbed: false };
    this.conditions.set(id, condition);
    return condition;
  }

  private trial(condition: Condition, kind: 'usual' | 'probe' | 'anyway'): Trial {
    const startedAt = this.clocks.now();
    const end = (): void => {
      if (kind === 'probe') condition.isProbed = false;
    };
    return {
      abandoned: end,
      answered: () => {
        end();
        // What began before the pause says nothing about what is since.
        if (condition.pausedUntil !== 0 && kind === 'usual' && startedAt <= condition.pausedAt) return 'as before';
        const before = condition.pausedUntil;
        Object.assign(condition, { inARow: 0, pauses: 0, pausedUntil: 0, lastFailure: undefined });
        return before === 0 ? 'as before' : 'back';
      },
      failed: (setback, failure) => {
        end();
        // A hundred requests that fail together are one failure.
        if (condition.pausedUntil !== 0 && kind !== 'probe') return undefined;
        condition.inARow += 1;
        condition.lastFailure = failure;
        if (kind !== 'probe' && condition.inARow < setback.after) return undefined;
        return this.pause(condition, setback, failure.retryAfter);
      },
    };
  }

  private pause(condition: Condition, setback: Setback, retryAfter = 0): number {
    const now = this.clocks.now();
    const wanted = Math.max(setback.firstPauseMs * 2 ** condition.pauses, retryAfter * 1_000);
    const untilMidnight = DAY_MS - (this.clocks.date() % DAY_MS);
    const most = setback.endsWithDay ? Math.min(setback.longestPauseMs, untilMidnight) : setback.longestPauseMs;
    condition.pauses += 1;
    condition.pausedAt = now;
    const pauseMs = Math.min(wanted, most);
    condition.pausedUntil = now + pauseMs;
    return pauseMs;
  }
}
