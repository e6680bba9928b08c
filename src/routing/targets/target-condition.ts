import type { GatewayError } from '../../errors/errors.ts';
import type { CooldownPolicy } from './cooldown-policies.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Clocks in milliseconds. */
export interface HealthClocks {
  /** Monotonic. */
  now: () => number;
  /** Milliseconds since 1970. */
  date: () => number;
}

/** How a request reaches a target: `usual`, `probe` after a pause, or `anyway` during a pause. */
export type Entry = 'usual' | 'probe' | 'anyway';

/** State of one circuit breaker: of a target for all API keys, or of a target for one of them. */
export class TargetCondition {
  /** Time in milliseconds at which the pause ends; 0 without a pause. */
  pausedUntil = 0;
  lastFailure?: GatewayError;
  /** Failures since the last success. */
  private consecutiveFailures = 0;
  /** Pauses since the last success. */
  private pauses = 0;
  private pausedAt = 0;
  private isProbed = false;
  /** The API key of the last failure that content can cause. */
  private lastKey?: string;
  private hasSeveralKeys = false;
  private readonly clocks: HealthClocks;

  constructor(clocks: HealthClocks) {
    this.clocks = clocks;
  }

  /** Returns undefined during a pause, and after it while a probe runs. */
  get entry(): Exclude<Entry, 'anyway'> | undefined {
    if (this.pausedUntil === 0) return 'usual';
    return this.isProbed || this.pausedUntil > this.clocks.now() ? undefined : 'probe';
  }

  enter(entry: Entry): void {
    if (entry === 'probe') this.isProbed = true;
  }

  leave(entry: Entry): void {
    if (entry === 'probe') this.isProbed = false;
  }

  /**
   * Records an answer. Returns true if it ends a pause. An answer to a request that started before the pause does not end
   * it.
   */
  answered(entry: Entry, startedAt: number): boolean {
    if (this.pausedUntil !== 0 && entry === 'usual' && startedAt <= this.pausedAt) return false;
    const wasPaused = this.pausedUntil !== 0;
    this.consecutiveFailures = 0;
    this.pauses = 0;
    this.pausedUntil = 0;
    this.lastFailure = undefined;
    this.lastKey = undefined;
    this.hasSeveralKeys = false;
    return wasPaused;
  }

  /** Records a failure. Returns the milliseconds of the pause that begins; undefined if none begins. */
  failed(entry: Entry, policy: CooldownPolicy, failure: GatewayError): number | undefined {
    // Concurrent failures count as one.
    if (this.pausedUntil !== 0 && entry !== 'probe') return undefined;
    this.consecutiveFailures += 1;
    this.lastFailure = failure;
    if (entry !== 'probe' && this.consecutiveFailures < policy.failuresBefore) return undefined;
    return this.pause(policy, failure.retryAfter);
  }

  /**
   * Records a failure that the content of a request can cause. A pause begins when a second API key has such a failure,
   * and a probe extends it only with another key than the last one. Returns the same value as `failed`.
   */
  suspected(key: string, entry: Entry, policy: CooldownPolicy, failure: GatewayError): number | undefined {
    const isAnotherKey = this.lastKey !== undefined && this.lastKey !== key;
    if (this.pausedUntil !== 0 && (entry !== 'probe' || this.lastKey === key)) return undefined;
    this.lastKey = key;
    this.hasSeveralKeys ||= isAnotherKey;
    if (entry !== 'probe' && !this.hasSeveralKeys) {
      this.consecutiveFailures += 1;
      return undefined;
    }
    return this.failed(entry, policy, failure);
  }

  private pause(policy: CooldownPolicy, retryAfter = 0): number {
    const now = this.clocks.now();
    const requestedMs = Math.max(policy.firstCooldownMs * 2 ** this.pauses, retryAfter * 1_000);
    const untilMidnightMs = DAY_MS - (this.clocks.date() % DAY_MS);
    const maxMs = policy.endsAtMidnightUtc ? Math.min(policy.maxCooldownMs, untilMidnightMs) : policy.maxCooldownMs;
    this.pauses += 1;
    this.pausedAt = now;
    const pauseMs = Math.min(requestedMs, maxMs);
    this.pausedUntil = now + pauseMs;
    return pauseMs;
  }
}
