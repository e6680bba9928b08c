/** An entry of the list of connections without a valid key. */
export interface UnauthenticatedConnection {
  /** The network for which it counts. Undefined for connections with a valid key, and for proxies. */
  network?: string;
  older?: UnauthenticatedConnection;
  newer?: UnauthenticatedConnection;
}

/** The connections without a valid key, in order of arrival and counted by network. */
export class UnauthenticatedConnections<T extends UnauthenticatedConnection> {
  private readonly counts = new Map<string, number>();
  private first?: T;
  private last?: T;
  private total = 0;

  get size(): number {
    return this.total;
  }

  /** The connection that has been in the list for the longest time. */
  get oldest(): T | undefined {
    return this.first;
  }

  countOf(network: string): number {
    return this.counts.get(network) ?? 0;
  }

  add(connection: T, network: string): void {
    connection.network = network;
    connection.older = this.last;
    if (this.last) this.last.newer = connection;
    else this.first = connection;
    this.last = connection;
    this.total += 1;
    this.counts.set(network, this.countOf(network) + 1);
  }

  /** Removes a connection. Has no effect if it is not in the list. */
  remove(connection: T): void {
    const { network, older, newer } = connection;
    if (network === undefined) return;
    if (older) older.newer = newer;
    else this.first = newer as T | undefined;
    if (newer) newer.older = older;
    else this.last = older as T | undefined;
    connection.network = connection.older = connection.newer = undefined;
    this.total -= 1;
    const left = this.countOf(network) - 1;
    if (left > 0) this.counts.set(network, left);
    else this.counts.delete(network);
  }
}
