import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.ts';
import { overloadWarnings, type ProcessMemory, processMemory } from '../config/overload-limits.ts';
import type { GatewayError } from '../errors/errors.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { ApiKeyService } from '../governance/api-key.service.ts';
import { isKeyLimit, admissionRejection } from './admission-errors.ts';
import { type AdmissionMetrics, createAdmissionMetrics, type RejectionReason } from './admission-metrics.ts';
import { type AdmissionSettings, CurrentAdmissionSettings, limitsForLog } from './admission-settings.ts';
import { BodyMemoryBudget } from './uploads/body-memory-budget.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { FairQueue } from './fair-queue.ts';
import { EventLoopDelay } from './event-loop-delay.ts';
import { OverloadDetector } from './overload-detector.ts';
import { Uploads } from './uploads/uploads.ts';
import type { Caller } from '../request/caller.ts';
import type { AdmittedRequest } from './admitted-request.ts';

const SAMPLE_MS = 500;

/** A request that waits for a slot. */
interface Waiting {
  caller: Caller;
  enter(): void;
  reject(reason: RejectionReason): void;
}

/**
 * Admits model requests to a limited number of slots. A free slot costs one comparison and one counter. Without one,
 * requests wait in a queue in which API keys take turns, and are rejected after the maximum wait. Admitted requests keep
 * their speed.
 */
@Injectable()
export class AdmissionService implements OnModuleInit, OnApplicationShutdown {
  /** Uploads of bodies, before their requests need a slot. */
  readonly uploads: Uploads;
  private readonly logger = new Logger('admission');
  private readonly queue = new FairQueue<Waiting>();
  private readonly overload = new OverloadDetector();
  private readonly loop = new EventLoopDelay();
  private readonly memory: ProcessMemory = processMemory();
  private readonly current: CurrentAdmissionSettings;
  private readonly limit: ConcurrencyLimit;
  private readonly meters: AdmissionMetrics;
  /** Slots in use by id of the key. Keys without slots are absent. */
  private readonly slotsByKey = new Map<string, number>();
  private inFlight = 0;
  private rejected = 0;
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
      (reason, caller) => this.rejection(reason, caller),
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

  /** Reason for which this process should receive no more requests; undefined without an overload. */
  get overloadReason(): string | undefined {
    return this.overload.reason;
  }

  /**
   * Returns true at once, or when the request's turn comes. The slot is released at the end of the request. Throws or
   * rejects with GatewayError 503 `overloaded` or 429 `concurrency_limit_exceeded`, or with the cancel reason. Waits at most
   * `waitMs`, and not at all if the queue is disabled.
   */
  admit(context: AdmittedRequest, caller: Caller, waitMs = this.settings.queueTimeoutMs): true | Promise<true> {
    if (this.inFlight < this.limit.value && this.hasFreeSlot(caller)) {
      this.enter(context, caller);
      return true;
    }
    const reason = this.queueRejection(caller);
    if (reason !== undefined) throw this.rejection(reason, caller);
    return this.wait(context, caller, waitMs);
  }

  /** Takes another slot for a request that has one, if one is free. Returns the function that releases it, or undefined. */
  tryEnter(caller: Caller): (() => void) | undefined {
    if (this.inFlight >= this.limit.value || !this.hasFreeSlot(caller)) return undefined;
    this.take(caller);
    return () => this.leave(caller.id);
  }

  private get settings(): AdmissionSettings {
    return this.current.value;
  }

  private enter(context: AdmittedRequest, caller: Caller): void {
    this.take(caller);
    context.onClose(() => this.leave(caller.id));
  }

  private take({ id }: Caller): void {
    this.inFlight += 1;
    this.slotsByKey.set(id, (this.slotsByKey.get(id) ?? 0) + 1);
  }

  private leave(id: string): void {
    this.inFlight -= 1;
    const left = (this.slotsByKey.get(id) ?? 0) - 1;
    if (left > 0) this.slotsByKey.set(id, left);
    else this.slotsByKey.delete(id);
    if (this.queue.size === 0) return;
    this.queue.unpark(id);
    this.fill();
  }

  /** Gives free slots to waiting requests. */
  private fill(): void {
    while (this.inFlight < this.limit.value) {
      const next = this.queue.next(({ caller }) => this.hasFreeSlot(caller));
      if (!next) return;
      next.enter();
    }
  }

  private wait(context: AdmittedRequest, caller: Caller, waitMs: number): Promise<true> {
    const since = performance.now();
    const { signal } = context;
    if (!this.hasFreeSlot(caller)) context.report.delaySource = 'key';
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const done = (): void => {
        clearTimeout(deadline);
        signal.removeEventListener('abort', gone);
        const waitedMs = performance.now() - since;
        context.report.queuedMs = waitedMs;
        this.meters.waited.observe(waitedMs / 1000);
      };
      const waiting: Waiting = {
        caller,
        enter: () => {
          done();
          this.enter(context, caller);
          resolve(true);
        },
        reject: (reason) => {
          done();
          reject(this.rejection(reason, caller));
        },
      };
      const gone = (): void => {
        this.queue.remove(caller.id, waiting);
        done();
        reject(signal.reason);
      };
      const deadline = setTimeout(() => {
        this.queue.remove(caller.id, waiting);
        waiting.reject(this.hasFreeSlot(caller) ? 'queue_timeout' : 'key_limit');
      }, waitMs);
      signal.addEventListener('abort', gone);
      this.queue.add(caller.id, waiting);
    });
  }

  /**
   * Returns the reason for which a request may not wait; undefined if it may. If the queue is full, a request of a key
   * with fewer waiting requests displaces a request of the key with the most.
   */
  private queueRejection(caller: Caller): RejectionReason | undefined {
    const { queueTimeoutMs, maxQueuedRequests, maxQueuedRequestsPerKey } = this.settings;
    const waitingOfKey = this.queue.sizeOf(caller.id);
    if (queueTimeoutMs === 0 || waitingOfKey >= maxQueuedRequestsPerKey) {
      if (!this.hasFreeSlot(caller)) return 'key_limit';
      return queueTimeoutMs === 0 ? 'queue_disabled' : 'key_queue_full';
    }
    if (this.queue.size < maxQueuedRequests) return undefined;
    const displaced = this.queue.dropFromLongest(waitingOfKey + 1);
    if (!displaced) return 'queue_full';
    displaced.reject('displaced_by_other_key');
    return undefined;
  }

  private hasFreeSlot(caller: Caller): boolean {
    return (this.slotsByKey.get(caller.id) ?? 0) < this.slotLimitOf(caller);
  }

  private slotLimitOf(caller: Caller): number {
    const keyLimit = this.keys.maxInFlight(caller);
    return keyLimit === 0 ? Infinity : (keyLimit ?? this.settings.maxInFlightPerKey);
  }

  private rejection(reason: RejectionReason, caller: Caller): GatewayError {
    const isOwn = isKeyLimit(reason);
    this.metrics.requestRejected(isOwn ? 'key' : 'gateway', reason);
    if (!isOwn) this.rejected += 1;
    return admissionRejection(reason, caller, { ...this.settings, maxInFlightPerKey: this.slotLimitOf(caller) });
  }

  private logLimits(): void {
    this.logger.log({ event: 'overload_limits', ...limitsForLog(this.settings), ...this.memory });
    for (const warning of overloadWarnings(this.config, this.memory)) this.logger.warn(warning);
  }

  private sample(): void {
    this.loopDelayMs = this.loop.takeMeanMs();
    this.limit.observe(this.loopDelayMs, this.inFlight);
    const before = this.overloadReason;
    this.overload.observe({
      late: this.limit.late,
      rejected: this.rejected,
      inFlight: this.inFlight,
      limit: this.limit.value,
      queued: this.queue.size,
      maxQueuedRequests: this.settings.maxQueuedRequests,
    });
    this.rejected = 0;
    if ((before === undefined) !== (this.overloadReason === undefined)) this.logOverload();
    if (this.queue.size > 0) this.fill();
  }

  private logOverload(): void {
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
