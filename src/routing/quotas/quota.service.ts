import { Inject, Injectable, Logger } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { usesRedis } from '../../config/sections/redis-config.ts';
import type { GatewayError } from '../../errors/errors.ts';
import type { Model, Target } from '../../models/types/model.ts';
import { debitAmount } from '../../shared-state/buckets/bucket.ts';
import type { BucketStore, BucketDebit, DebitResult } from '../../shared-state/buckets/bucket-store.ts';
import { QUOTA_BUCKETS } from '../../shared-state/shared-state.module.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import { type TokenDemand, type PromptSize, tokensToReserve, tokensCharged } from './estimates/token-demand.ts';
import { InputTokenEstimator } from './estimates/input-estimate.ts';
import type { QuotaScope } from './quota-table.ts';
import { quotaExceeded } from './quota-errors.ts';
import { QuotaMetrics, type WaitOutcome } from './quota-metrics.ts';
import { QuotaRules } from './quota-rules.ts';
import { isExhausted, type QuotaExhausted, type Reservation, type QuotaStatus, NO_RESERVATION } from './reservation.ts';
import { isThrottledBy } from './throttle-message.ts';
import { type QueueClock, ReservationQueue, SYSTEM_CLOCK } from './reservation-queue.ts';
import type { CancelSignal } from '../../request/cancel-signal.ts';

/** Maximum number of requests that wait for one scope. Each holds its body in memory. */
const MAX_WAITING = 1_000;
/** Maximum number of queues, including empty ones. */
const MAX_QUEUES = 1_000;
/** Milliseconds between two checks of buckets to which other replicas return tokens. */
const SHARED_POLL_MS = 250;
/** Milliseconds between two warnings that AWS grants less than the configured quota. */
const WARNING_INTERVAL_MS = 600_000;

/** The demand of a request at one scope, with its debits. */
interface Claim {
  scope: QuotaScope;
  model: Model;
  demand: TokenDemand;
  debits: readonly BucketDebit[];
}

/** A waiting request, with the result of `reserve`. */
export interface QuotaWait {
  /** Id of the API key. */
  owner: string;
  rejection: QuotaExhausted;
  signal: CancelSignal;
  /** Maximum milliseconds to wait, in addition to the limit `bedrock.quotas.maxWaitMs`. */
  maxWaitMs?: number;
}

/**
 * Counts Bedrock's quotas as AWS does. A request that Bedrock would throttle goes to another target, waits in a queue, or is
 * rejected. Without quotas, the service does nothing.
 */
@Injectable()
export class QuotaService {
  /** A simulation replaces it before the first request. */
  clock: QueueClock = SYSTEM_CLOCK;
  private readonly logger = new Logger('quotas');
  private readonly estimate = new InputTokenEstimator();
  private readonly meters: QuotaMetrics;
  private readonly queues = new Map<string, ReservationQueue>();
  private nextWarning = 0;

  constructor(
    private readonly config: GatewayConfig,
    @Inject(QUOTA_BUCKETS) private readonly store: BucketStore,
    private readonly metrics: MetricsService,
    private readonly rules: QuotaRules,
  ) {
    this.meters = new QuotaMetrics(metrics.registry);
  }

  /** True if at least one quota is configured or discovered. */
  get isActive(): boolean {
    return !this.rules.table.isEmpty;
  }

  /** Estimates the token demand of a request. `owner` is the id of the API key; empty without one. */
  demandOf(model: Model, size: PromptSize, owner: string): TokenDemand {
    return this.estimate.demandOf(model, size, owner);
  }

  /** Reserves the demand without waiting. Returns QuotaExhausted if a bucket is short or other requests wait already. */
  reserve(
    target: Target,
    model: Model,
    demand: TokenDemand,
  ): Reservation | QuotaExhausted | Promise<Reservation | QuotaExhausted> {
    const claim = this.claim(target, model, demand);
    if (claim === undefined) return NO_RESERVATION;
    const queue = this.queues.get(claim.scope.key);
    if (queue !== undefined && queue.length > 0) return this.avoided(claim, queue.last);
    const taken = this.store.take(claim.debits);
    return taken instanceof Promise ? taken.then((later) => this.answer(claim, later)) : this.answer(claim, taken);
  }

  /**
   * Waits for a reservation after `reserve` returned QuotaExhausted. API keys take turns. The wait is limited by
   * `bedrock.quotas.maxWaitMs` and by `maxWaitMs` of the request. Throws GatewayError 429 at the end of that time, and the
   * signal's reason if the client disconnects.
   */
  async waitForReservation(
    target: Target,
    model: Model,
    demand: TokenDemand,
    waiting: QuotaWait,
  ): Promise<Reservation> {
    const claim = this.claim(target, model, demand);
    if (claim === undefined) return NO_RESERVATION;
    const maxWaitMs = Math.min(this.config.bedrock.quotas.maxWaitMs, waiting.maxWaitMs ?? Infinity);
    const mayEndInTime =
      maxWaitMs > 0 &&
      (waiting.rejection.empty.limit !== 'tokensPerDay' || waiting.rejection.availableInMs <= maxWaitMs);
    if (!mayEndInTime) throw this.rejected(waiting.rejection, demand);
    waiting.signal.throwIfAborted();
    const begun = this.clock.now();
    let outcome: WaitOutcome = 'client_disconnected';
    try {
      const answer = await this.wait(claim, waiting);
      if (isExhausted(answer)) {
        outcome = 'rejected';
        throw this.rejected(answer, demand);
      }
      outcome = 'admitted';
      return answer;
    } finally {
      this.meters.waited((this.clock.now() - begun) / 1_000, outcome);
    }
  }

  private rejected(rejection: QuotaExhausted, demand: TokenDemand): GatewayError {
    this.metrics.requestRejected('quota', 'quota_exhausted');
    return quotaExceeded(rejection, demand);
  }

  private wait(claim: Claim, { owner, signal, maxWaitMs }: QuotaWait): Promise<Reservation | QuotaExhausted> {
    const queue = this.queueOf(claim.scope);
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        leaveQueue?.();
        cancelTimer?.();
        reject(signal.reason instanceof Error ? signal.reason : new Error('The client has disconnected.'));
      };
      const finish = (answer: Reservation | QuotaExhausted): void => {
        signal.removeEventListener('abort', cancel);
        cancelTimer?.();
        resolve(answer);
      };
      const timeOut = (): void => {
        const { last } = queue;
        leaveQueue?.();
        finish(rejectionOf(claim, last));
      };
      // A separate timer, because the queue requires the same maximum wait for all requests.
      const cancelTimer = maxWaitMs === undefined ? undefined : this.clock.after(maxWaitMs, timeOut);
      signal.addEventListener('abort', cancel);
      const leaveQueue = queue.join({
        owner,
        debits: claim.debits,
        granted: (taken) => finish(this.reservation(claim, taken)),
        rejected: (last) => finish(rejectionOf(claim, last)),
      });
      if (leaveQueue === undefined) finish(rejectionOf(claim, queue.last));
    });
  }

  private claim(target: Target, model: Model, demand: TokenDemand): Claim | undefined {
    const scope = this.rules.table.scopeOf(target, model);
    if (scope.buckets.length === 0) return undefined;
    const tokens = tokensToReserve(demand);
    const debits = scope.buckets.map(({ name, spec, limit }) => ({
      key: name,
      spec,
      amount: limit === 'requestsPerMinute' ? 1 : tokens,
    }));
    return { scope, model, demand, debits };
  }

  private answer(claim: Claim, taken: DebitResult): Reservation | QuotaExhausted {
    return taken.short === undefined ? this.reservation(claim, taken) : this.avoided(claim, taken);
  }

  private avoided(claim: Claim, last: DebitResult | undefined): QuotaExhausted {
    const rejection = rejectionOf(claim, last);
    this.meters.avoided(rejection.empty);
    return rejection;
  }

  private reservation(claim: Claim, taken: DebitResult): Reservation {
    const { scope, model, demand, debits } = claim;
    for (const [index, bucket] of scope.buckets.entries()) this.meters.seen(bucket, taken.levels[index]!, taken.at);
    let isOpen = true;
    /** Returns to the buckets what exceeds the given tokens and requests. */
    const giveBack = (tokens: number, requests: number): void => {
      const differences = debits.map((debit, index) => {
        const charged = scope.buckets[index]!.limit === 'requestsPerMinute' ? requests : tokens;
        return { ...debit, amount: debitAmount(debit.amount, debit.spec) - charged };
      });
      this.store.correct(differences, taken.at);
      this.queues.get(scope.key)?.wake();
    };
    const once = (end: () => void): void => {
      if (isOpen) end();
      isOpen = false;
    };
    return {
      status: statusOf(scope, taken),
      settle: (usage) =>
        once(() => {
          if (usage === undefined) return;
          if (demand.size !== undefined && !usage.estimated)
            this.estimate.learn(model, demand.size, usage, demand.owner ?? '');
          giveBack(tokensCharged(usage, model.rules), 1);
        }),
      release: () => once(() => giveBack(0, 0)),
      throttled: (message) =>
        once(() => {
          giveBack(0, 0);
          this.empty(claim, message);
        }),
    };
  }

  /** Empties the buckets that a throttle of AWS names, because AWS's count is authoritative. */
  private empty({ scope, debits }: Claim, message: string): void {
    const isEmpty = (_: unknown, index: number): boolean => isThrottledBy(scope.buckets[index]!.limit, message);
    const empty = scope.buckets.filter(isEmpty);
    if (empty.length === 0) return;
    this.store.drain(debits.filter(isEmpty));
    for (const bucket of empty) this.meters.throttled(bucket);
    if (this.clock.now() < this.nextWarning) return;
    this.nextWarning = this.clock.now() + WARNING_INTERVAL_MS;
    this.logger.warn({
      event: 'quota_mismatch',
      buckets: empty.map(({ name, quota }) => `${name}=${quota}`),
      msg: 'Bedrock throttled a request that fits the counted quota; other programs use the account, or the quota is smaller than configured',
    });
  }

  /** Returns the queue of a scope. An empty queue is replaced, so that changed settings apply. */
  private queueOf({ key }: QuotaScope): ReservationQueue {
    const known = this.queues.get(key);
    if (known !== undefined && known.length > 0) return known;
    // ARNs may name any scope, so empty queues are removed.
    if (this.queues.size >= MAX_QUEUES) {
      for (const [scope, { length }] of this.queues) if (length === 0) this.queues.delete(scope);
    }
    const { maxWaitMs } = this.config.bedrock.quotas;
    const pollMs = usesRedis(this.config.redis) ? SHARED_POLL_MS : maxWaitMs;
    const queue = new ReservationQueue(this.store, this.clock, { maxWaitMs, maxLength: MAX_WAITING, pollMs });
    this.queues.set(key, queue);
    return queue;
  }
}

function rejectionOf({ scope }: Claim, last: DebitResult | undefined): QuotaExhausted {
  const empty = scope.buckets[last?.short ?? 0]!;
  return { bucket: empty.name, availableInMs: Math.max(1, last?.waitMs ?? SHARED_POLL_MS), empty };
}

function statusOf({ buckets }: QuotaScope, { levels }: DebitResult): QuotaStatus | undefined {
  const index = buckets.findIndex(({ limit }) => limit === 'tokensPerMinute');
  const bucket = buckets[index];
  if (bucket === undefined) return undefined;
  const { capacity, periodMs } = bucket.spec;
  const level = levels[index]!;
  return {
    limit: Math.floor(capacity),
    remaining: Math.max(0, Math.floor(level)),
    resetMs: ((capacity - level) * periodMs) / capacity,
  };
}
