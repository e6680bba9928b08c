/**
 * A queue with one lane for each key. Lanes take turns, so a key with a hundred requests delays those of another key by one
 * request at most. A lane whose key is at its limit is parked, so that it blocks no other lane. All operations take constant
 * time, except `dropFromLongest`, which visits all lanes.
 */
export class FairQueue<Item> {
  /** Lanes in the order of their turns. */
  private readonly lanes = new Map<string, Set<Item>>();
  private readonly parked = new Map<string, Set<Item>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  sizeOf(key: string): number {
    return this.laneOf(key)?.size ?? 0;
  }

  add(key: string, item: Item): void {
    const lane = this.laneOf(key);
    if (lane) lane.add(item);
    else this.lanes.set(key, new Set([item]));
    this.count += 1;
  }

  /** Removes an item. Returns false if it is no longer in the queue. */
  remove(key: string, item: Item): boolean {
    const lane = this.laneOf(key);
    if (!lane?.delete(item)) return false;
    this.count -= 1;
    if (lane.size === 0 && !this.lanes.delete(key)) this.parked.delete(key);
    return true;
  }

  /** Removes and returns the next item that may go. Checks the first item of each lane; returns undefined if none may go. */
  next(mayGo: (item: Item) => boolean): Item | undefined {
    for (const [key, lane] of this.lanes) {
      const [item] = lane;
      this.lanes.delete(key);
      if (!mayGo(item!)) {
        this.parked.set(key, lane);
        continue;
      }
      lane.delete(item!);
      this.count -= 1;
      if (lane.size > 0) this.lanes.set(key, lane);
      return item;
    }
    return undefined;
  }

  /** Returns the lane of a key to the queue, because the key has released a slot. */
  unpark(key: string): void {
    const lane = this.parked.get(key);
    if (!lane) return;
    this.parked.delete(key);
    this.lanes.set(key, lane);
  }

  /** Returns all parked lanes to the queue, because the shared limit has changed. */
  unparkAll(): void {
    for (const [key, lane] of this.parked) this.lanes.set(key, lane);
    this.parked.clear();
  }

  /** Removes and returns the oldest item of the longest lane, if that lane is longer than `length`. */
  dropFromLongest(length: number): Item | undefined {
    let longest: [string, Set<Item>] | undefined;
    for (const lanes of [this.lanes, this.parked]) {
      for (const entry of lanes) if (entry[1].size > (longest?.[1].size ?? length)) longest = entry;
    }
    if (!longest) return undefined;
    const [key, lane] = longest;
    const [item] = lane;
    this.remove(key, item!);
    return item;
  }

  private laneOf(key: string): Set<Item> | undefined {
    return this.lanes.get(key) ?? this.parked.get(key);
  }
}
