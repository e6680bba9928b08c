/**
 * What waits, in one lane for each key. Lanes take turns, so that a key with a hundred requests delays the one of
 * another by one place. A lane whose key may not have more is parked until it may: nobody waits behind it.
 * Every operation takes constant time but `dropFromLongest`, which looks at the lanes.
 */
export class FairQueue<Item> {
  /** In the order of their turns. */
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

  /** False where it waits no more. */
  remove(key: string, item: Item): boolean {
    const lane = this.laneOf(key);
    if (!lane?.delete(item)) return false;
    this.count -= 1;
    if (lane.size === 0 && !this.lanes.delete(key)) this.parked.delete(key);
    return true;
  }

  /** The next that may go, asked of the first in each lane; undefined where none may. */
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

  /** The key has given a place back. */
  unpark(key: string): void {
    const lane = this.parked.get(key);
    if (!lane) return;
    this.parked.delete(key);
    this.lanes.set(key, lane);
  }

  /** Gives every parked lane a turn again: what all of them waited for has changed. */
  unparkAll(): void {
    for (const [key, lane] of this.parked) this.lanes.set(key, lane);
    this.parked.clear();
  }

  /** Takes out what has waited longest in the longest lane, if that is longer than `length`. */
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
