import { Inject, Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import type { RequestContext } from '../request/request-context.ts';
import { CallLimiter } from './call-limiter.ts';
import { CallSlots } from '../request/call-slots.ts';
import type { RequestCounter } from '../shared-state/throttling/memory-throttler-storage.ts';
import { THROTTLER_STORAGE } from '../shared-state/shared-state.module.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { ApiKeyService } from '../governance/api-key.service.ts';
import { moreCallsThanLimit, rateLimitExceeded } from '../governance/rate-limit-errors.ts';
import { AdmissionService } from './admission.service.ts';
import { MINUTE_MS } from '../shared-state/throttling/sliding-window.ts';

/** Reason for which a request makes more than one call of Bedrock; a metric label. */
export type FurtherCallReason = 'choices' | 'inputs' | 'structured_output' | 'continuation';

/** Describes how a request is split into calls. */
export interface ParallelCalls {
  reason: FurtherCallReason;
  /** The request field that determines the number of calls. */
  param: string;
  /** Maximum number of concurrent calls; unlimited if absent. */
  maxConcurrent?: number;
}

/**
 * Runs calls of Bedrock beyond the first one of a request. Each counts against the requests per minute of the API key and
 * takes an admission slot. Without a free slot, the calls of a request run one after another in the slots that it has.
 */
@Injectable()
export class UpstreamCalls {
  private readonly further: Counter<'reason'>;
  private readonly newSlots = ({ caller, signal }: RequestContext): CallSlots => {
    const slots = new CallSlots(() => (caller === undefined ? undefined : this.admission.tryEnter(caller)));
    if (signal.aborted) slots.close();
    else signal.addEventListener('abort', () => slots.close());
    return slots;
  };

  constructor(
    private readonly admission: AdmissionService,
    private readonly keys: ApiKeyService,
    @Inject(THROTTLER_STORAGE) private readonly counter: RequestCounter,
    private readonly metrics: MetricsService,
  ) {
    this.further = new Counter({
      name: 'outcrop_further_upstream_calls_total',
      help: 'Calls of Bedrock that requests made in addition to their first one, without retries.',
      labelNames: ['reason'],
      registers: [metrics.registry],
    });
  }

  /**
   * Counts the calls of a request, and returns the limiter that runs them; undefined for a single call, which uses the
   * slot of the request. Throws GatewayError 400 `too_many_upstream_calls` or 429 `rate_limit_exceeded` before the
   * first call if the limit of the API key does not suffice for all.
   */
  limiterFor(calls: number, context: RequestContext, parallelCalls: ParallelCalls): Promise<CallLimiter> | undefined {
    return calls <= 1 ? undefined : this.limiterOfMany(calls, context, parallelCalls);
  }

  /**
   * Runs `work` for each item, in order. The number of concurrent calls is the number of available slots. After a
   * failure, no further call begins, but running calls continue. Rejects with the first failure, or with an error of
   * `limiterFor`.
   */
  async each<Item, Result>(
    items: readonly Item[],
    context: RequestContext,
    parallelCalls: ParallelCalls,
    work: (item: Item, index: number) => Promise<Result>,
  ): Promise<Result[]> {
    const limiter = await this.limiterFor(items.length, context, parallelCalls);
    return Promise.all(
      items.map((item, index) => (limiter === undefined ? work(item, index) : limiter.run(() => work(item, index)))),
    );
  }

  /**
   * Counts all calls of a request before the first one. Rejects with the errors of `limiterFor`. A retry does not count
   * them again.
   */
  async countAll(context: RequestContext, calls: number, { reason, param }: ParallelCalls): Promise<void> {
    const slots = this.slotsOf(context);
    const missing = calls - slots.counted;
    if (missing <= 0) return;
    const { caller } = context;
    const limit = caller === undefined ? 0 : this.keys.requestsPerMinute(caller);
    if (caller !== undefined && limit > 0) {
      const demand = { keyName: caller.name, limit, calls };
      if (calls > limit) throw moreCallsThanLimit(demand, param);
      let record = await this.counter.incrementBy(caller.id, MINUTE_MS, limit, missing);
      // Checks again with all calls, so that the client waits long enough: its repeated request counts every call
      // again.
      if (record.isBlocked) record = await this.counter.incrementBy(caller.id, MINUTE_MS, limit, calls);
      if (record.isBlocked) {
        this.metrics.requestRejected('key', 'requests_per_minute');
        throw rateLimitExceeded(demand, record.timeToBlockExpire);
      }
      context.header('x-ratelimit-remaining-requests', String(Math.max(0, limit - record.totalHits)));
    }
    this.counted(context, slots, missing, reason);
  }

  /** Counts one more call that was not planned. Throws GatewayError 429 `rate_limit_exceeded`. */
  async countOneMore(context: RequestContext, reason: FurtherCallReason): Promise<void> {
    const { caller } = context;
    const limit = caller === undefined ? 0 : this.keys.requestsPerMinute(caller);
    if (caller !== undefined && limit > 0) {
      const record = await this.counter.incrementBy(caller.id, MINUTE_MS, limit, 1);
      if (record.isBlocked) {
        this.metrics.requestRejected('key', 'requests_per_minute');
        throw rateLimitExceeded({ keyName: caller.name, limit, calls: 1 }, record.timeToBlockExpire);
      }
    }
    this.counted(context, this.slotsOf(context), 1, reason);
  }

  /** Returns the slots of a request with several calls. All are released at the end of the request. */
  slotsOf(context: RequestContext): CallSlots {
    return context.slots(this.newSlots);
  }

  private async limiterOfMany(
    calls: number,
    context: RequestContext,
    parallelCalls: ParallelCalls,
  ): Promise<CallLimiter> {
    await this.countAll(context, calls, parallelCalls);
    return new CallLimiter(this.slotsOf(context), parallelCalls.maxConcurrent ?? Infinity);
  }

  private counted(context: RequestContext, slots: CallSlots, calls: number, reason: FurtherCallReason): void {
    slots.counted += calls;
    context.report.upstreamCalls = slots.counted;
    this.further.inc({ reason }, calls);
  }
}
