import { Inject, Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import type { RequestContext } from '../request/request-context.ts';
import { CallSlots } from '../request/call-slots.ts';
import type { RequestCounter } from '../shared-state/throttling/memory-throttler-storage.ts';
import { THROTTLER_STORAGE } from '../shared-state/shared-state.module.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { ApiKeyService } from '../governance/api-key.service.ts';
import { moreCallsThanLimit, rateLimitExceeded } from '../governance/rate-limit-errors.ts';
import { AdmissionService } from './admission.service.ts';
import { MINUTE_MS } from '../shared-state/throttling/sliding-window.ts';

/** Why a request makes more than one call of Bedrock; a label of the metric. */
export type FurtherCallReason = 'choices' | 'inputs' | 'structured_output' | 'continuation';

/** How a request is split into calls. */
export interface Split {
  reason: FurtherCallReason;
  /** The request field that decides how many calls there are. */
  param: string;
  /** Most calls at a time; unlimited where absent. */
  atMost?: number;
}

/**
 * Calls of Bedrock beyond the first of a request. Each counts against the requests per minute of the API key and takes an
 * admission slot. Without a free slot the calls of a request run one after another on the slots that it has.
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
      help: 'Calls of Bedrock that requests needed beyond their first one, without retries.',
      labelNames: ['reason'],
      registers: [metrics.registry],
    });
  }

  /**
   * Runs `work` for each item, in order and with as many at a time as there are slots. After a failure no further call
   * begins, and the calls that run go on. Rejects with the first failure; with 400 `too_many_upstream_calls` or 429
   * `rate_limit_exceeded` before the first call if the limit of the key does not suffice for all.
   */
  each<Item, Result>(
    items: readonly Item[],
    context: RequestContext,
    split: Split,
    work: (item: Item, index: number) => Promise<Result>,
  ): Promise<Result[]> {
    if (items.length <= 1) return Promise.all(items.map((item, index) => work(item, index)));
    return this.sideBySide(items, context, split, work);
  }

  /** Counts all calls of a request before the first one. Throws as `each` does. A retry does not count them again. */
  async countAll(context: RequestContext, calls: number, { reason, param }: Split): Promise<void> {
    const slots = this.slotsOf(context);
    const missing = calls - slots.counted;
    if (missing <= 0) return;
    const { caller } = context;
    const limit = caller === undefined ? 0 : this.keys.requestsPerMinute(caller);
    if (caller !== undefined && limit > 0) {
      const demand = { keyName: caller.name, limit, calls };
      if (calls > limit) throw moreCallsThanLimit(demand, param);
      let record = await this.counter.incrementBy(caller.id, MINUTE_MS, limit, missing);
      // The time to wait is that of the whole request: its first call counts again when it is sent again.
      if (record.isBlocked) record = await this.counter.incrementBy(caller.id, MINUTE_MS, limit, calls);
      if (record.isBlocked) {
        this.metrics.requestRejected('key', 'requests_per_minute');
        throw rateLimitExceeded(demand, record.timeToBlockExpire);
      }
      context.header('x-ratelimit-remaining-requests', String(Math.max(0, limit - record.totalHits)));
    }
    this.counted(context, slots, missing, reason);
  }

  /** Counts one more call, whose need was not known before. Throws 429 `rate_limit_exceeded`. */
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

  /** The slots of a request that makes several calls. All go back when the request is over. */
  slotsOf(context: RequestContext): CallSlots {
    return context.slots(this.newSlots);
  }

  private async sideBySide<Item, Result>(
    items: readonly Item[],
    context: RequestContext,
    split: Split,
    work: (item: Item, index: number) => Promise<Result>,
  ): Promise<Result[]> {
    await this.countAll(context, items.length, split);
    const slots = this.slotsOf(context);
    const results: Result[] = [];
    let next = 0;
    let hasFailed = false;
    const lane = async (): Promise<void> => {
      while (next < items.length && !hasFailed) {
        await slots.acquire();
        try {
          // Other lanes may have gone on while this one waited.
          if (next >= items.length || hasFailed) return;
          const index = next++;
          results[index] = await work(items[index]!, index);
        } catch (error) {
          hasFailed = true;
          throw error;
        } finally {
          slots.release();
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(split.atMost ?? Infinity, items.length) }, lane));
    return results;
  }

  private counted(context: RequestContext, slots: CallSlots, calls: number, reason: FurtherCallReason): void {
    slots.counted += calls;
    context.report.upstreamCalls = slots.counted;
    this.further.inc({ reason }, calls);
  }
}
