import type { Dispatcher } from 'undici';

/** One connection to an origin. It has at most one request at a time. */
export interface PooledConnection {
  /**
   * Sends a request, and reports everything else to the handler. Returns true if the connection can take another request at
   * once, which happens for a request that is not valid.
   */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean;
  /** Closes the connection. A request on it fails with the error. */
  destroy(error?: Error): Promise<void>;
}

/** Receives the changes of one connection. */
export interface ConnectionObserver {
  /** Called when the connection has no request anymore and can take another one. It may be called more than once. */
  onFree(): void;
  /** Called when the connection is closed and has no request. */
  onClosed(): void;
}

/** Creates a connection to one origin. It connects with its first request. */
export type OpenConnection = (observer: ConnectionObserver) => PooledConnection;
