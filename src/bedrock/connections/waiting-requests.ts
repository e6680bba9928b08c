import { AsyncResource } from 'node:async_hooks';
import type { Dispatcher } from 'undici';
import type { PooledConnection } from './pooled-connection.ts';

/** A request that waits for a connection. It is sent in the async context of its caller, which instrumentation reads. */
class WaitingRequest extends AsyncResource {
  next?: WaitingRequest;
  private readonly options: Dispatcher.DispatchOptions;
  private readonly handler: Dispatcher.DispatchHandler;

  constructor(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) {
    super('BEDROCK_WAITING_REQUEST');
    this.options = options;
    this.handler = handler;
  }

  sendOver(connection: PooledConnection): boolean {
    return this.runInAsyncScope(() => connection.dispatch(this.options, this.handler));
  }

  fail(error: Error): void {
    failRequest(this.handler, error);
  }
}

/** The requests that wait for a connection, in the order of their arrival. */
export class WaitingRequests {
  private first?: WaitingRequest;
  private last?: WaitingRequest;

  get isEmpty(): boolean {
    return this.first === undefined;
  }

  push(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const request = new WaitingRequest(options, handler);
    if (this.last) this.last.next = request;
    else this.first = request;
    this.last = request;
  }

  /** Removes the oldest request. Returns undefined if none waits. */
  shift(): WaitingRequest | undefined {
    const request = this.first;
    this.first = request?.next;
    if (!this.first) this.last = undefined;
    return request;
  }
}

/** Reports an error for a request that was not sent, as undici does. */
export function failRequest(handler: Dispatcher.DispatchHandler, error: Error): void {
  // Undici passes null for a request without a connection, which its types do not contain.
  handler.onResponseError?.(null as never, error);
}
