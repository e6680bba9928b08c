import type { GatewayError } from '../../errors/errors.ts';
import type { CooldownPolicy } from './cooldown-policies.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Clocks in milliseconds. */
export interface HealthClocks {
  /** Only ever goes forward. */
  now: () => number;
  /** Since 1970. */
  date: () => number;
}

/** How a request came to a target: as usual, as the one that finds out whether it works again, or in spite of a pause. */
export type Entry = 'usual' | 'probe' | 'anyway';

/** The state of one circuit breaker: of a target for all API keys, or of a target for one of them. */
export class TargetCondition {
  /** Time in milliseconds at which the pause ends; 0 for a target that works. */
  pausedUntil = 0;
  lastFailure?: GatewayError;
  /** Failures since the last success. */
  private inARow = 0;
  /** Pauses since the last success. */
  private pauses = 0;
  private pausedAt = 0;
  private isProbed = false;
  /** The API key that met the last failure which content can cause. */
  private lastKey?: string;
  private hasSeveralKeys = false;
  private readonly clocks: HealthClocks;

  constructor(clocks: HealthClocks) {
    this.clocks = clocks;
  }

  /** Returns undefined during a pause, and while a probe runs after it. */
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

  /** Returns whether a pause ends with this answer. An answer to a request from before the pause does not end it. */
  answered(entry: Entry, startedAt: number): boolean {
    if (this.pausedUntil !== 0 && entry === 'usual' && startedAt <= this.pausedAt) return false;
    const wasPaused = this.pausedUntil !== 0;
    this.inARow = 0;
    this.pauses = 0;
    this.pausedUntil = 0;
    this.lastFailure = undefined;
    this.lastKey = undefined;
    this.hasSeveralKeys = false;
    return wasPaused;
  }

  /** Returns the milliseconds of the pause that begins with this failure; undefined if none begins. */
  failed(entry: Entry, setback: CooldownPolicy, failure: GatewayError): number | undefined {
    // Many requests that fail together are one failure.
    if (this.pausedUntil !== 0 && entry !== 'probe') return undefined;
    this.inARow += 1;
    this.lastFailure = failure;
    if (entry !== 'probe' && this.inARow < setback.failuresBefore) return undefined;
    return this.pause(setback, failure.retryAfter);
  }

  /**
   * As `failed`, for a failure that the content of a request can cause: a pause begins when a second API key has met
   * such failures, and becomes longer when another key than the last one meets it.
   */
  suspected(key: string, entry: Entry, setback: CooldownPolicy, failure: GatewayError): number | undefined {
    const isAnotherKey = this.lastKey !== undefined && this.lastKey !== key;
    if (this.pausedUntil !== 0 && (entry !== 'probe' || this.lastKey === key)) return undefined;
    this.lastKey = key;
    this.hasSeveralKeys ||= isAnotherKey;
    if (entry !== 'probe' && !this.hasSeveralKeys) {
      this.inARow += 1;
      return undefined;
    }
    return this.failed(entry, setback, failure);
  }

  private pause(setback: CooldownPolicy, retryAfter = 0): number {
    const now = this.clocks.now();
    const wanted = Math.max(setback.firstCooldownMs * 2 ** this.pauses, retryAfter * 1_000);
    const untilMidnight = DAY_MS - (this.clocks.date() % DAY_MS);
    const most = setback.endsAtMidnightUtc ? Math.min(setback.maxCooldownMs, untilMidnight) : setback.maxCooldownMs;
    this.pauses += 1;
    this.pausedAt = now;
    const pauseMs = Math.min(wanted, most);
    this.pausedUntil = now + pauseMs;
    return pauseMs;
  }
}
