import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.ts';
import { overloadWarnings, type ProcessMemory, processMemory } from '../config/overload-limits.ts';
import type { GatewayError } from '../errors/errors.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { ApiKeyService } from '../governance/api-key.service.ts';
import { isOwnLimit, refusalError } from './admission-errors.ts';
import { type AdmissionMetrics, createAdmissionMetrics, type RejectionReason } from './admission-metrics.ts';
import { type AdmissionSettings, CurrentAdmissionSettings, limitsForLog } from './admission-settings.ts';
import { BodyMemoryBudget } from './uploads/body-memory-budget.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { FairQueue } from './fair-queue.ts';
import { EventLoopDelay } from './event-loop-delay.ts';
import { OverloadDetector } from './overload-detector.ts';
import { Uploads } from './uploads/uploads.ts';
import type { Caller } from '../request/caller.ts';
import type { AdmittedCall } from './admitted-call.ts';

const SAMPLE_MS = 500;

/** One request that waits for a place. */
interface Waiting {
  caller: Caller;
  enter(): void;
  refuse(reason: RejectionReason): void;
}

/**
 * Gives model requests their places. With room it is a comparison and a count; without it requests wait, key by key in
 * turn, and are refused when they have waited too long: those that have a place keep their speed.
 */
@Injectable()
export class AdmissionService implements OnModuleInit, OnApplicationShutdown {
  /** Bodies on their way, before their requests take places. */
  readonly uploads: Uploads;
  private readonly logger = new Logger('admission');
  private readonly queue = new FairQueue<Waiting>();
  private readonly pressure = new OverloadDetector();
  private readonly loop = new EventLoopDelay();
  private readonly memory: ProcessMemory = processMemory();
  private readonly current: CurrentAdmissionSettings;
  private readonly limit: ConcurrencyLimit;
  private readonly meters: AdmissionMetrics;
  /** Places by id of the key; those of keys without any are forgotten. */
  private readonly held = new Map<string, number>();
  private inFlight = 0;
  private refused = 0;
  private loopDelayMs = 0;
  private sampling?: NodeJS.Timeout;

  constructor(
    private readonly config: GatewayConfig,
    private readonly keys: ApiKeyService,
    private readonly metrics: MetricsService,
  ) {
    this.current = new CurrentAdmissionSettings(config, this.memory);
    this.limit = new ConcurrencyLimit(() => this.settings);
    this.uploads = new Uploads(
      new BodyMemoryBudget(() => this.settings),
      () => this.settings,
      (reason, caller) => this.refusal(reason, caller),
    );
    this.meters = createAdmissionMetrics(metrics.registry, () => ({
      inFlight: this.inFlight,
      limit: this.limit.value,
      queued: this.queue.size,
      loopDelayMs: this.loopDelayMs,
      bodyBytes: this.uploads.budget.held,
      uploads: this.uploads.running,
      queuedUploads: this.uploads.waiting,
    }));
  }

  onModuleInit(): void {
    this.logLimits();
    this.loop.start();
    this.sampling = setInterval(() => this.sample(), SAMPLE_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.sampling);
    this.loop.stop();
  }

  /** Why this process should get no more requests for the moment; undefined while it may. */
  get overloadReason(): string | undefined {
    return this.pressure.reason;
  }

  /**
   * True, at once or when the request's turn has come; its place is free again when the call is over. Throws or rejects
   * with GatewayError 503 `overloaded`, 429 `concurrency_limit_exceeded`, or with why the call has ended meanwhile. It
   * waits at most `waitMs`, and not at all where the queue is switched off.
   */
  admit(context: AdmittedCall, caller: Caller, waitMs = this.settings.queueTimeoutMs): true | Promise<true> {
    if (this.inFlight < this.limit.value && this.mayHaveMore(caller)) {
      this.enter(context, caller);
      return true;
    }
    const reason = this.whyNotQueued(caller);
    if (reason !== undefined) throw this.refusal(reason, caller);
    return this.wait(context, caller, waitMs);
  }

  /** Takes one more slot for a request that has one, if one is free at once. Returns the function that gives it back. */
  tryEnter(caller: Caller): (() => void) | undefined {
    if (this.inFlight >= this.limit.value || !this.mayHaveMore(caller)) return undefined;
    this.take(caller);
    return () => this.leave(caller.id);
  }

  private get settings(): AdmissionSettings {
    return this.current.value;
  }

  private enter(context: AdmittedCall, caller: Caller): void {
    this.take(caller);
    context.onClose(() => this.leave(caller.id));
  }

  private take({ id }: Caller): void {
    this.inFlight += 1;
    this.held.set(id, (this.held.get(id) ?? 0) + 1);
  }

  private leave(id: string): void {
    this.inFlight -= 1;
    const left = (this.held.get(id) ?? 0) - 1;
    if (left > 0) this.held.set(id, left);
    else this.held.delete(id);
    if (this.queue.size === 0) return;
    this.queue.unpark(id);
    this.fill();
  }

  /** Gives free places to those who wait. */
  private fill(): void {
    while (this.inFlight < this.limit.value) {
      const next = this.queue.next(({ caller }) => this.mayHaveMore(caller));
      if (!next) return;
      next.enter();
    }
  }

  private wait(context: AdmittedCall, caller: Caller, waitMs: number): Promise<true> {
    const since = performance.now();
    const { signal } = context;
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const done = (): void => {
        clearTimeout(deadline);
        signal.removeEventListener('abort', gone);
        this.meters.waited.observe((performance.now() - since) / 1000);
      };
      const waiting: Waiting = {
        caller,
        enter: () => {
          done();
          this.enter(context, caller);
          resolve(true);
        },
        refuse: (reason) => {
          done();
          reject(this.refusal(reason, caller));
        },
      };
      const gone = (): void => {
        this.queue.remove(caller.id, waiting);
        done();
        reject(signal.reason);
      };
      const deadline = setTimeout(() => {
        this.queue.remove(caller.id, waiting);
        waiting.refuse(this.mayHaveMore(caller) ? 'queue_timeout' : 'key_limit');
      }, waitMs);
      signal.addEventListener('abort', gone);
      this.queue.add(caller.id, waiting);
    });
  }

  /** Undefined where there is room to wait; a key with fewer waiting takes the room of the one with most. */
  private whyNotQueued(caller: Caller): RejectionReason | undefined {
    const { queueTimeoutMs, maxQueuedRequests, maxQueuedRequestsPerKey } = this.settings;
    const own = this.queue.sizeOf(caller.id);
    if (queueTimeoutMs === 0 || own >= maxQueuedRequestsPerKey) {
      if (!this.mayHaveMore(caller)) return 'key_limit';
      return queueTimeoutMs === 0 ? 'queue_disabled' : 'key_queue_full';
    }
    if (this.queue.size < maxQueuedRequests) return undefined;
    const displaced = this.queue.dropFromLongest(own + 1);
    if (!displaced) return 'queue_full';
    displaced.refuse('displaced_by_other_key');
    return undefined;
  }

  private mayHaveMore(caller: Caller): boolean {
    return (this.held.get(caller.id) ?? 0) < this.placesOf(caller);
  }

  private placesOf(caller: Caller): number {
    const own = this.keys.maxInFlight(caller);
    return own === 0 ? Infinity : (own ?? this.settings.maxInFlightPerKey);
  }

  private refusal(reason: RejectionReason, caller: Caller): GatewayError {
    const isOwn = isOwnLimit(reason);
    this.metrics.requestRejected(isOwn ? 'key' : 'gateway', reason);
    if (!isOwn) this.refused += 1;
    return refusalError(reason, caller, { ...this.settings, maxInFlightPerKey: this.placesOf(caller) });
  }

  private logLimits(): void {
    this.logger.log({ event: 'overload_limits', ...limitsForLog(this.settings), ...this.memory });
    for (const warning of overloadWarnings(this.config, this.memory)) this.logger.warn(warning);
  }

  private sample(): void {
    this.loopDelayMs = this.loop.takeMeanMs();
    this.limit.observe(this.loopDelayMs, this.inFlight);
    const before = this.overloadReason;
    this.pressure.observe({
      late: this.limit.late,
      refused: this.refused,
      inFlight: this.inFlight,
      limit: this.limit.value,
      queued: this.queue.size,
      maxQueuedRequests: this.settings.maxQueuedRequests,
    });
    this.refused = 0;
    if ((before === undefined) !== (this.overloadReason === undefined)) this.tell();
    if (this.queue.size > 0) this.fill();
  }

  private tell(): void {
    const state = {
      inFlight: this.inFlight,
      limit: this.limit.value,
      queued: this.queue.size,
      delayMs: this.loopDelayMs,
    };
    if (this.overloadReason === undefined) this.logger.log({ event: 'overload_ended', ...state });
    else this.logger.warn({ event: 'overloaded', reason: this.overloadReason, ...state });
  }
}
