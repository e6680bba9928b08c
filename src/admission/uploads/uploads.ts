import type { GatewayError } from '../../errors/errors.ts';
import type { AdmittedRequest } from '../admitted-request.ts';
import type { RejectionReason } from '../admission-metrics.ts';
import type { BodyMemoryBudget } from './body-memory-budget.ts';
import { BodyReservation, type BodyReservationOwner } from './body-reservation.ts';
import { FairQueue } from '../fair-queue.ts';
import type { Caller } from '../../request/caller.ts';

/** Limits of concurrent uploads and of their queue. */
export interface UploadLimits {
  maxUploads: number;
  maxUploadsPerKey: number;
  /** Maximum milliseconds in the queue; 0 disables the queue. */
  queueTimeoutMs: number;
  maxQueuedRequests: number;
  maxQueuedRequestsPerKey: number;
}

/** An upload in progress: its slot, and its share of the body budget. */
export interface Upload {
  readonly reservation: BodyReservation;
  /** Releases the upload slot. The share stays until the end of the request. */
  complete(): void;
}

interface Waiting {
  caller: Caller;
  bytes: number;
  enter(): void;
  reject(reason: RejectionReason): void;
}

/**
 * Schedules the uploads of bodies. A request waits for an upload slot and for memory of its declared length at the same
 * time. It holds neither while it waits, so that waiting requests cannot block each other.
 */
export class Uploads implements BodyReservationOwner {
  readonly budget: BodyMemoryBudget;
  private readonly limits: () => UploadLimits;
  private readonly reject: (reason: RejectionReason, caller: Caller) => GatewayError;
  private readonly queue = new FairQueue<Waiting>();
  /** Uploads in progress by id of the key. */
  private readonly openByKey = new Map<string, number>();
  private open = 0;

  /** Creates the scheduler. `limits` is called each time, because settings may change. */
  constructor(
    budget: BodyMemoryBudget,
    limits: () => UploadLimits,
    reject: (reason: RejectionReason, caller: Caller) => GatewayError,
  ) {
    this.budget = budget;
    this.limits = limits;
    this.reject = reject;
  }

  /** Number of uploads in progress. */
  get running(): number {
    return this.open;
  }

  /** Number of requests that wait to send their bodies. */
  get waiting(): number {
    return this.queue.size;
  }

  /** Returns the share of a body that has arrived already and needs no upload slot; undefined if it does not fit. */
  hold(context: AdmittedRequest, caller: Caller, bytes: number): BodyReservation | undefined {
    const reservation = new BodyReservation(this, caller);
    if (reservation.tryGrowTo(bytes) !== undefined) return undefined;
    context.onClose(() => reservation.shrinkTo(0));
    return reservation;
  }

  /**
   * Returns an upload that holds `bytes`, at once or when its turn comes. Throws or rejects with GatewayError 503
   * `overloaded` or 429 `concurrency_limit_exceeded`, or with the cancel reason of the request.
   */
  begin(context: AdmittedRequest, caller: Caller, bytes: number): Upload | Promise<Upload> {
    const shortage = this.shortage(caller, bytes);
    if (shortage === undefined) return this.enter(context, caller, bytes);
    const { queueTimeoutMs, maxQueuedRequests, maxQueuedRequestsPerKey } = this.limits();
    if (queueTimeoutMs === 0) throw this.reject(shortage, caller);
    if (this.queue.sizeOf(caller.id) >= maxQueuedRequestsPerKey) throw this.reject('key_queue_full', caller);
    if (this.queue.size >= maxQueuedRequests) throw this.reject('queue_full', caller);
    return this.wait(context, caller, bytes, queueTimeoutMs);
  }

  rejection(reason: RejectionReason, caller: Caller): GatewayError {
    return this.reject(reason, caller);
  }

  released(): void {
    if (this.queue.size === 0) return;
    this.queue.unparkAll();
    for (;;) {
      const next = this.queue.next(({ caller, bytes }) => this.shortage(caller, bytes) === undefined);
      if (!next) return;
      next.enter();
    }
  }

  private shortage({ id }: Caller, bytes: number): RejectionReason | undefined {
    const { maxUploads, maxUploadsPerKey } = this.limits();
    if (this.open >= maxUploads) return 'uploads';
    if ((this.openByKey.get(id) ?? 0) >= maxUploadsPerKey) return 'key_uploads';
    return this.budget.shortage(id, bytes);
  }

  private enter(context: AdmittedRequest, caller: Caller, bytes: number): Upload {
    const reservation = new BodyReservation(this, caller);
    reservation.growTo(bytes);
    this.open += 1;
    this.openByKey.set(caller.id, (this.openByKey.get(caller.id) ?? 0) + 1);
    let isOpen = true;
    const complete = (): void => {
      if (!isOpen) return;
      isOpen = false;
      this.leave(caller.id);
    };
    context.onClose(() => {
      complete();
      reservation.shrinkTo(0);
    });
    return { reservation, complete };
  }

  private leave(id: string): void {
    this.open -= 1;
    const left = (this.openByKey.get(id) ?? 0) - 1;
    if (left > 0) this.openByKey.set(id, left);
    else this.openByKey.delete(id);
    this.released();
  }

  private wait(context: AdmittedRequest, caller: Caller, bytes: number, queueTimeoutMs: number): Promise<Upload> {
    const { signal } = context;
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const done = (): void => {
        clearTimeout(deadline);
        signal.removeEventListener('abort', onAbort);
      };
      const waiting: Waiting = {
        caller,
        bytes,
        enter: () => {
          done();
          resolve(this.enter(context, caller, bytes));
        },
        reject: (reason) => {
          done();
          reject(this.reject(reason, caller));
        },
      };
      const onAbort = (): void => {
        this.queue.remove(caller.id, waiting);
        done();
        reject(signal.reason);
      };
      const deadline = setTimeout(() => {
        this.queue.remove(caller.id, waiting);
        waiting.reject(this.shortage(caller, bytes) ?? 'uploads');
      }, queueTimeoutMs);
      signal.addEventListener('abort', onAbort);
      this.queue.add(caller.id, waiting);
    });
  }
}
