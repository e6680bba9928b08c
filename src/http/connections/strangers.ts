/** An entry of the list of connections without a valid key. */
export interface Stranger {
  /** The network for which it counts. Undefined for connections with a valid key, and for proxies. */
  network?: string;
  older?: Stranger;
  newer?: Stranger;
}

/** The connections without a valid key, in order of arrival and counted by network. */
export class Strangers<T extends Stranger> {
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

  add(stranger: T, network: string): void {
    stranger.network = network;
    stranger.older = this.last;
    if (this.last) this.last.newer = stranger;
    else this.first = stranger;
    this.last = stranger;
    this.total += 1;
    this.counts.set(network, this.countOf(network) + 1);
  }

  /** Removes a connection. Has no effect if it is not in the list. */
  remove(stranger: T): void {
    const { network, older, newer } = stranger;
    if (network === undefined) return;
    if (older) older.newer = newer;
    else this.first = newer as T | undefined;
    if (newer) newer.older = older;
    else this.last = older as T | undefined;
    stranger.network = stranger.older = stranger.newer = undefined;
    this.total -= 1;
    const left = this.countOf(network) - 1;
    if (left > 0) this.counts.set(network, left);
    else this.counts.delete(network);
  }
}
