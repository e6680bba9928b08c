import type { GatewayError } from '../../errors/errors.ts';
import type { BodyMemoryBudget, BodyShortage } from './body-memory-budget.ts';
import type { Caller } from '../../request/caller.ts';

/** The owner of the shares of all requests. */
export interface BodyReservationOwner {
  readonly budget: BodyMemoryBudget;
  /** Counts a rejection and returns the error that the client receives. */
  rejection(reason: BodyShortage, caller: Caller): GatewayError;
  /** Called after a share has released bytes. */
  released(): void;
}

/** The part of the body budget that one request uses. */
export class BodyReservation {
  private bytes = 0;
  private readonly owner: BodyReservationOwner;
  private readonly caller: Caller;

  constructor(owner: BodyReservationOwner, caller: Caller) {
    this.owner = owner;
    this.caller = caller;
  }

  /** Size in bytes of the largest share that can ever fit. */
  get largest(): number {
    return this.owner.budget.largestBody;
  }

  /** Extends the share to at least `bytes`. Throws GatewayError 503 `overloaded` or 429 `concurrency_limit_exceeded`. */
  growTo(bytes: number): void {
    if (bytes <= this.bytes) return;
    const shortage = this.tryGrowTo(bytes);
    if (shortage !== undefined) throw this.owner.rejection(shortage, this.caller);
  }

  /** Resizes the share to `bytes`, or returns the exceeded limit. */
  tryGrowTo(bytes: number): BodyShortage | undefined {
    const shortage = this.owner.budget.reserve(this.caller.id, bytes - this.bytes);
    if (shortage === undefined) this.bytes = bytes;
    return shortage;
  }

  /** Releases the bytes above `bytes`. */
  shrinkTo(bytes: number): void {
    if (bytes >= this.bytes) return;
    this.owner.budget.release(this.caller.id, this.bytes - bytes);
    this.bytes = bytes;
    this.owner.released();
  }
}
