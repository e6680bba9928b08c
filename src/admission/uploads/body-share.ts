import type { GatewayError } from '../../errors/errors.ts';
import type { BodyMemoryBudget, BodyShortage } from './body-memory-budget.ts';
import type { Caller } from '../../request/caller.ts';

/** What the shares of all requests have in common. */
export interface BodyShareOwner {
  readonly budget: BodyMemoryBudget;
  /** Counts the refusal and returns what the client receives. */
  refusal(reason: BodyShortage, caller: Caller): GatewayError;
  /** Runs after a share has given bytes back. */
  released(): void;
}

/** The bytes of the body budget that one request holds. */
export class BodyShare {
  private bytes = 0;
  private readonly owner: BodyShareOwner;
  private readonly caller: Caller;

  constructor(owner: BodyShareOwner, caller: Caller) {
    this.owner = owner;
    this.caller = caller;
  }

  /** Bytes of the largest share that ever fits. */
  get largest(): number {
    return this.owner.budget.largestBody;
  }

  /** Makes the share at least so large. Throws GatewayError 503 `overloaded` or 429 `concurrency_limit_exceeded`. */
  growTo(bytes: number): void {
    if (bytes <= this.bytes) return;
    const shortage = this.tryGrowTo(bytes);
    if (shortage !== undefined) throw this.owner.refusal(shortage, this.caller);
  }

  /** Makes the share so large, or returns why it does not fit. */
  tryGrowTo(bytes: number): BodyShortage | undefined {
    const shortage = this.owner.budget.reserve(this.caller.id, bytes - this.bytes);
    if (shortage === undefined) this.bytes = bytes;
    return shortage;
  }

  /** Gives back what is above `bytes`. */
  shrinkTo(bytes: number): void {
    if (bytes >= this.bytes) return;
    this.owner.budget.release(this.caller.id, this.bytes - bytes);
    this.bytes = bytes;
    this.owner.released();
  }
}
