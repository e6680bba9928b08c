import type { buildConnector as connectors, Client as UndiciClient, Dispatcher } from 'undici';
import { buildConnector, Client } from '../../libraries/undici.ts';
import type { ConnectionObserver, OpenConnection, PooledConnection } from './pooled-connection.ts';

/** Options of the clients of one origin. */
export type UndiciOptions = Omit<UndiciClient.Options, 'connect'> & { connect: connectors.BuildOptions };

/** Returns the function that opens connections to an origin. They share one cache of TLS sessions. */
export function undiciConnections(origin: string, { connect, ...options }: UndiciOptions): OpenConnection {
  const connector = buildConnector({ ...connect, allowH2: options.allowH2 });
  return (observer) => new UndiciConnection(new Client(origin, { ...options, connect: connector }), observer);
}

/** A client of undici, which has one HTTP/1.1 connection. */
class UndiciConnection implements PooledConnection {
  private readonly client: UndiciClient;

  constructor(client: UndiciClient, observer: ConnectionObserver) {
    this.client = client;
    // A client reports a drain for a request that was canceled before it was sent, even if it has another request by then.
    client.on('drain', () => {
      if (this.isUnused) observer.onFree();
    });
    // A client with a request that was not sent connects again by itself.
    const onDisconnect = (): void => {
      if (this.isUnused) observer.onClosed();
    };
    client.on('disconnect', onDisconnect).on('connectionError', onDisconnect);
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.client.dispatch(options, handler);
    // A request that undici rejects as invalid causes no event.
    return this.isUnused;
  }

  async destroy(error?: Error): Promise<void> {
    await this.client.destroy(error ?? null);
  }

  private get isUnused(): boolean {
    return this.client.stats.size === 0;
  }
}
