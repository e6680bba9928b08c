/** Number of shards. Each one grows separately, so that no insertion moves more than some hundred entries. */
const SHARDS = 256;
const SHARD_BITS = 8;
const MIN_SLOTS = 4;
/** Maximum share of used slots, so that runs of used slots stay short. */
const MAX_LOAD = 0.7;

/** Returns true if an entry has this key. Entries are compared without objects for their keys. */
export type KeyMatch<Entry> = (entry: Entry, key: string) => boolean;

interface IndexShard<Entry> {
  entries: (Entry | undefined)[];
  hashes: Uint32Array;
  used: number;
}

/**
 * A hash index with open addressing: about 20 bytes for each key, where a Map takes 40 to 50 and the text. A Map of 100,000
 * entries blocks the event loop for many milliseconds whenever it grows; here, a shard of a few hundred entries grows.
 */
export class ShardedIndex<Entry extends object> {
  /** Largest number of entries that one insertion has moved. */
  largestMove = 0;
  private readonly shards: (IndexShard<Entry> | undefined)[] = Array.from({ length: SHARDS }, () => undefined);
  /** Makes the positions of entries unpredictable for those who choose names. */
  private readonly seed = Math.floor(Math.random() * 0x1_0000_0000);
  private readonly matches: KeyMatch<Entry>;
  private count = 0;

  constructor(matches: KeyMatch<Entry>) {
    this.matches = matches;
  }

  get size(): number {
    return this.count;
  }

  get(key: string): Entry | undefined {
    const hash = seededHash(key, this.seed);
    const shard = this.shards[hash & (SHARDS - 1)];
    return shard && shard.entries[this.slotOf(shard, hash, key)];
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** Adds an entry under a key, or replaces the one with this key. */
  set(key: string, entry: Entry): void {
    const hash = seededHash(key, this.seed);
    const shard = (this.shards[hash & (SHARDS - 1)] ??= emptyShard(MIN_SLOTS));
    const slot = this.slotOf(shard, hash, key);
    if (shard.entries[slot] !== undefined) {
      shard.entries[slot] = entry;
      return;
    }
    shard.entries[slot] = entry;
    shard.hashes[slot] = hash;
    shard.used += 1;
    this.count += 1;
    if (shard.used > shard.entries.length * MAX_LOAD) this.grow(shard);
  }

  /** Removes the entry with this key. */
  delete(key: string): void {
    const hash = seededHash(key, this.seed);
    const shard = this.shards[hash & (SHARDS - 1)];
    if (shard === undefined) return;
    const slot = this.slotOf(shard, hash, key);
    if (shard.entries[slot] === undefined) return;
    shard.used -= 1;
    this.count -= 1;
    closeGap(shard, slot);
  }

  /**
   * Yields all entries, in no order. Entries may be added and removed meanwhile: an entry that stays is yielded exactly once for
   * each of its keys.
   */
  *values(): Generator<Entry> {
    for (const shard of this.shards) {
      if (shard === undefined) continue;
      yield* shard.entries.filter((entry) => entry !== undefined);
    }
  }

  /** Returns the slot of a key, or the empty one where it belongs. */
  private slotOf({ entries, hashes }: IndexShard<Entry>, hash: number, key: string): number {
    const mask = entries.length - 1;
    for (let slot = (hash >>> SHARD_BITS) & mask; ; slot = (slot + 1) & mask) {
      const entry = entries[slot];
      if (entry === undefined || (hashes[slot] === hash && this.matches(entry, key))) return slot;
    }
  }

  private grow(shard: IndexShard<Entry>): void {
    const { entries, hashes, used } = shard;
    this.largestMove = Math.max(this.largestMove, used);
    const larger = emptyShard<Entry>(entries.length * 2);
    const mask = larger.entries.length - 1;
    for (const [from, entry] of entries.entries()) {
      if (entry === undefined) continue;
      let slot = (hashes[from]! >>> SHARD_BITS) & mask;
      while (larger.entries[slot] !== undefined) slot = (slot + 1) & mask;
      larger.entries[slot] = entry;
      larger.hashes[slot] = hashes[from]!;
    }
    shard.entries = larger.entries;
    shard.hashes = larger.hashes;
  }
}

function emptyShard<Entry>(slots: number): IndexShard<Entry> {
  return { entries: Array.from({ length: slots }, () => undefined), hashes: new Uint32Array(slots), used: 0 };
}

/** Moves later entries of the same run forward, so that a search does not end at the gap. */
function closeGap<Entry>({ entries, hashes }: IndexShard<Entry>, emptied: number): void {
  const mask = entries.length - 1;
  let gap = emptied;
  entries[gap] = undefined;
  for (let slot = (gap + 1) & mask; entries[slot] !== undefined; slot = (slot + 1) & mask) {
    const home = (hashes[slot]! >>> SHARD_BITS) & mask;
    // The entry stays if its first slot lies after the gap.
    if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
    entries[gap] = entries[slot];
    hashes[gap] = hashes[slot]!;
    entries[slot] = undefined;
    gap = slot;
  }
}

/** Returns the FNV-1a hash with another start value, as an unsigned number of 32 bits, mixed for its low bits. */
function seededHash(text: string, seed: number): number {
  let hash = seed ^ 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
