/** A connection as the list of strangers holds it. */
export interface Stranger {
  /** The network whose share it takes; undefined once it is no stranger, and for proxies. */
  network?: string;
  older?: Stranger;
  newer?: Stranger;
}

/** The connections on which no valid key was seen, in the order of their arrival and counted by network. */
export class Strangers<T extends Stranger> {
  private readonly counts = new Map<string, number>();
  private first?: T;
  private last?: T;
  private total = 0;

  get size(): number {
    return this.total;
  }

  /** The one that has been a stranger for the longest time. */
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

  /** Does nothing for a connection that is not in the list. */
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
