import type { Dispatcher } from 'undici';
import { ClientDestroyedError, type HttpDispatcher } from '../../libraries/undici.ts';
import { OriginConnections } from './origin-connections.ts';
import type { OpenConnection } from './pooled-connection.ts';
import { failRequest } from './waiting-requests.ts';

/** Settings of a pool. */
export interface ConnectionPoolOptions {
  /** Maximum number of connections to one origin. */
  maxConnections: number;
  /** Returns the function that opens connections to an origin, such as `https://bedrock-runtime.us-east-1.amazonaws.com`. */
  openTo(origin: string): OpenConnection;
}

/** The connections to all origins of Bedrock. Origins without connections leave no trace: requests can contain regions. */
export class ConnectionPool implements HttpDispatcher {
  private readonly origins = new Map<string, OriginConnections>();
  private readonly options: ConnectionPoolOptions;
  private destroyed = false;

  constructor(options: ConnectionPoolOptions) {
    this.options = options;
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    if (this.destroyed) return failRequest(handler, new ClientDestroyedError());
    const origin = String(options.origin);
    (this.origins.get(origin) ?? this.add(origin)).dispatch(options, handler);
  }

  async destroy(): Promise<void> {
    this.destroyed = true;
    const error = new ClientDestroyedError();
    await Promise.all(Array.from(this.origins.values(), (connections) => connections.destroy(error)));
  }

  private add(origin: string): OriginConnections {
    const connections = new OriginConnections({
      maxConnections: this.options.maxConnections,
      open: this.options.openTo(origin),
      onUnused: () => this.origins.delete(origin),
    });
    this.origins.set(origin, connections);
    return connections;
  }
}
