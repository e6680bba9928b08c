import { Inject, Injectable, Logger } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
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

/** Requests that may wait for one place; each holds its body. */
const MOST_WAITING = 1_000;
/** Queues that are kept, those in which nothing waits included. */
const MOST_QUEUES = 1_000;
/** Milliseconds between two looks at buckets that other replicas give back to. */
const SHARED_POLL_MS = 250;
/** Milliseconds between two warnings that AWS grants less than is believed. */
const WARNING_PAUSE_MS = 600_000;

/** A request at one place: what it wants and what it may take. */
interface Claim {
  place: QuotaScope;
  model: Model;
  demand: TokenDemand;
  draughts: readonly BucketDebit[];
}

/** Who waits, and what `reserve` has told. */
export interface QuotaWait {
  /** Id of the API key. */
  owner: string;
  refusal: QuotaExhausted;
  signal: CancelSignal;
  /** Milliseconds that the request may still wait; absent: as long as `bedrock.quotas.maxWaitMs` allows. */
  mostMs?: number;
}

/**
 * Bedrock's quotas, counted here as AWS counts them, so that a request that would be throttled goes elsewhere, waits for
 * its turn or is refused. Without any quota nothing of this runs.
 */
@Injectable()
export class QuotaService {
  /** Set by a simulation before the first request. */
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

  /** Whether there is any quota to ask. */
  get isActive(): boolean {
    return !this.rules.book.isEmpty;
  }

  /** `owner` is the id of the API key; empty without one. */
  demandOf(model: Model, size: PromptSize, owner: string): TokenDemand {
    return this.estimate.demandOf(model, size, owner);
  }

  /** Takes a place at once, or says that there is none. Whoever waits already comes first. */
  reserve(
    target: Target,
    model: Model,
    demand: TokenDemand,
  ): Reservation | QuotaExhausted | Promise<Reservation | QuotaExhausted> {
    const claim = this.claim(target, model, demand);
    if (claim === undefined) return NO_RESERVATION;
    const queue = this.queues.get(claim.place.key);
    if (queue !== undefined && queue.length > 0) return this.avoided(claim, queue.last);
    const taken = this.store.take(claim.draughts);
    return taken instanceof Promise ? taken.then((later) => this.answer(claim, later)) : this.answer(claim, taken);
  }

  /**
   * Waits for a place where `reserve` had none, key by key in turn, no longer than `bedrock.quotas.maxWaitMs` and `mostMs`.
   * Throws a GatewayError (429) when there is none until then, and the signal's reason when the caller leaves.
   */
  async turn(target: Target, model: Model, demand: TokenDemand, waiting: QuotaWait): Promise<Reservation> {
    const claim = this.claim(target, model, demand);
    if (claim === undefined) return NO_RESERVATION;
    const maxWaitMs = Math.min(this.config.bedrock.quotas.maxWaitMs, waiting.mostMs ?? Infinity);
    const isWorthIt =
      maxWaitMs > 0 && (waiting.refusal.empty.limit !== 'tokensPerDay' || waiting.refusal.availableInMs <= maxWaitMs);
    if (!isWorthIt) throw this.refused(waiting.refusal, demand);
    waiting.signal.throwIfAborted();
    const begun = this.clock.now();
    let outcome: WaitOutcome = 'client_disconnected';
    try {
      const answer = await this.wait(claim, waiting);
      if (isExhausted(answer)) {
        outcome = 'rejected';
        throw this.refused(answer, demand);
      }
      outcome = 'admitted';
      return answer;
    } finally {
      this.meters.waited((this.clock.now() - begun) / 1_000, outcome);
    }
  }

  private refused(refusal: QuotaExhausted, demand: TokenDemand): GatewayError {
    this.metrics.requestRejected('quota', 'quota_exhausted');
    return quotaExceeded(refusal, demand);
  }

  private wait(claim: Claim, { owner, signal, mostMs }: QuotaWait): Promise<Reservation | QuotaExhausted> {
    const queue = this.queueOf(claim.place);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        takeBack?.();
        cancelTimer?.();
        reject(signal.reason instanceof Error ? signal.reason : new Error('The caller has left.'));
      };
      const stay = (answer: Reservation | QuotaExhausted): void => {
        signal.removeEventListener('abort', leave);
        cancelTimer?.();
        resolve(answer);
      };
      const giveUp = (): void => {
        const { last } = queue;
        takeBack?.();
        stay(refusalOf(claim, last));
      };
      // A timer of its own: the queue relies on waits of one length.
      const cancelTimer = mostMs === undefined ? undefined : this.clock.after(mostMs, giveUp);
      signal.addEventListener('abort', leave);
      const takeBack = queue.join({
        owner,
        draughts: claim.draughts,
        granted: (taken) => stay(this.reservation(claim, taken)),
        refused: (last) => stay(refusalOf(claim, last)),
      });
      if (takeBack === undefined) stay(refusalOf(claim, queue.last));
    });
  }

  private claim(target: Target, model: Model, demand: TokenDemand): Claim | undefined {
    const place = this.rules.book.placeOf(target, model);
    if (place.buckets.length === 0) return undefined;
    const tokens = tokensToReserve(demand);
    const draughts = place.buckets.map(({ name, law, limit }) => ({
      key: name,
      law,
      amount: limit === 'requestsPerMinute' ? 1 : tokens,
    }));
    return { place, model, demand, draughts };
  }

  private answer(claim: Claim, taken: DebitResult): Reservation | QuotaExhausted {
    return taken.short === undefined ? this.reservation(claim, taken) : this.avoided(claim, taken);
  }

  private avoided(claim: Claim, last: DebitResult | undefined): QuotaExhausted {
    const refusal = refusalOf(claim, last);
    this.meters.avoided(refusal.empty);
    return refusal;
  }

  private reservation(claim: Claim, taken: DebitResult): Reservation {
    const { place, model, demand, draughts } = claim;
    for (const [index, bucket] of place.buckets.entries()) this.meters.seen(bucket, taken.levels[index]!, taken.at);
    let isOpen = true;
    /** How many tokens and requests remain taken. */
    const giveBack = (tokens: number, requests: number): void => {
      const differences = draughts.map((draught, index) => {
        const used = place.buckets[index]!.limit === 'requestsPerMinute' ? requests : tokens;
        return { ...draught, amount: debitAmount(draught.amount, draught.law) - used };
      });
      this.store.correct(differences, taken.at);
      this.queues.get(place.key)?.wake();
    };
    const once = (end: () => void): void => {
      if (isOpen) end();
      isOpen = false;
    };
    return {
      standing: standingOf(place, taken),
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

  /** AWS's word counts for more than our arithmetic. */
  private empty({ place, draughts }: Claim, message: string): void {
    const isEmpty = (_: unknown, index: number): boolean => isThrottledBy(place.buckets[index]!.limit, message);
    const empty = place.buckets.filter(isEmpty);
    if (empty.length === 0) return;
    this.store.drain(draughts.filter(isEmpty));
    for (const bucket of empty) this.meters.throttled(bucket);
    if (this.clock.now() < this.nextWarning) return;
    this.nextWarning = this.clock.now() + WARNING_PAUSE_MS;
    this.logger.warn({
      event: 'quota_mismatch',
      buckets: empty.map(({ name, quota }) => `${name}=${quota}`),
      msg: 'Bedrock throttled a request for which a quota seemed to have room; others use the account, or the quota is smaller',
    });
  }

  /** One that nobody waits in is made anew, with the settings of now. */
  private queueOf({ key }: QuotaScope): ReservationQueue {
    const known = this.queues.get(key);
    if (known !== undefined && known.length > 0) return known;
    // ARNs may name any place: queues in which nothing waits are removed.
    if (this.queues.size >= MOST_QUEUES) {
      for (const [place, { length }] of this.queues) if (length === 0) this.queues.delete(place);
    }
    const { maxWaitMs } = this.config.bedrock.quotas;
    const pollMs = this.config.redis.url === undefined ? maxWaitMs : SHARED_POLL_MS;
    const queue = new ReservationQueue(this.store, this.clock, { maxWaitMs, maxLength: MOST_WAITING, pollMs });
    this.queues.set(key, queue);
    return queue;
  }
}

function refusalOf({ place }: Claim, last: DebitResult | undefined): QuotaExhausted {
  const empty = place.buckets[last?.short ?? 0]!;
  return { bucket: empty.name, availableInMs: Math.max(1, last?.waitMs ?? SHARED_POLL_MS), empty };
}

function standingOf({ buckets }: QuotaScope, { levels }: DebitResult): QuotaStatus | undefined {
  const index = buckets.findIndex(({ limit }) => limit === 'tokensPerMinute');
  const bucket = buckets[index];
  if (bucket === undefined) return undefined;
  const { capacity, periodMs } = bucket.law;
  const level = levels[index]!;
  return {
    limit: Math.floor(capacity),
    remaining: Math.max(0, Math.floor(level)),
    resetMs: ((capacity - level) * periodMs) / capacity,
  };
}
