import { LRUCache } from 'lru-cache';

/** Milliseconds between two removals of expired entries from a full cache. */
const PURGE_INTERVAL_MS = 10_000;

/** Limits of the whole cache. */
export interface FairCacheLimits {
  /** Unlimited if absent. */
  maxBytes?: number;
  /** Unlimited if absent. */
  maxEntries?: number;
}

/** Functions that configure a cache. */
export interface FairCacheSettings<Value> {
  /** Read in each operation, because settings may change. */
  limits: () => FairCacheLimits;
  /** Returns the size in bytes, at least 1. May be absent if only the number of entries is limited. */
  sizeOf?: (value: Value, key: string) => number;
  /** Returns monotonic milliseconds. Defaults to the clock of the process. */
  now?: () => number;
}

/**
 * A bounded cache that several API keys share. When it is full, it evicts the least recently used entry of the owner that
 * holds most. An owner that holds no more than an equal share never loses an entry to another owner. An eviction visits each
 * owner once; all other operations take constant time.
 */
export class FairCache<Value extends object | string | boolean> {
  /** The entries of each owner; owners without entries are removed. */
  private readonly shares = new Map<string, LRUCache<string, Value>>();
  /** The owner of each key. The values are strings only, because outgrown tables of a Map keep their objects alive. */
  private readonly owners = new Map<string, string>();
  private readonly settings: FairCacheSettings<Value>;
  private bytes = 0;
  private nextPurgeAt = -Infinity;

  constructor(settings: FairCacheSettings<Value>) {
    this.settings = settings;
  }

  /** Number of entries, including expired ones that are not removed yet. */
  get size(): number {
    return this.owners.size;
  }

  /** Returns the owners of all entries except `owner`. */
  otherOwners(owner: string): string[] {
    return Array.from(this.shares.keys()).filter((other) => other !== owner);
  }

  get(key: string): Value | undefined {
    if (this.excess() !== undefined) this.evict();
    const owner = this.owners.get(key);
    const share = owner === undefined ? undefined : this.shares.get(owner);
    if (owner === undefined || share === undefined) return undefined;
    const before = share.calculatedSize;
    const value = share.get(key);
    if (value === undefined) this.updateShare(owner, share, before);
    return value;
  }

  /**
   * Stores an entry. Returns true if the cache holds it afterwards. An entry that another owner stored first stays in that
   * owner's share. Otherwise an owner with many entries could take it over and lose it. `ttlMs` is in milliseconds.
   * Without it, an entry does not expire.
   */
  set(owner: string, key: string, value: Value, ttlMs = 0): boolean {
    const size = this.settings.sizeOf?.(value, key) ?? 1;
    if (size > (this.settings.limits().maxBytes ?? Infinity)) {
      this.delete(key);
      return false;
    }
    const holder = this.owners.get(key) ?? owner;
    const share = this.shareOf(holder);
    const before = share.calculatedSize;
    share.set(key, value, { size, ttl: ttlMs });
    this.bytes += share.calculatedSize - before;
    this.owners.set(key, holder);
    if (this.excess() !== undefined) this.evict(holder);
    return this.owners.has(key);
  }

  /** Deletes an entry. Returns true if it existed and had not expired. */
  delete(key: string): boolean {
    const owner = this.owners.get(key);
    const share = owner === undefined ? undefined : this.shares.get(owner);
    if (owner === undefined || share === undefined) return false;
    const before = share.calculatedSize;
    const isPresent = share.has(key);
    share.delete(key);
    this.updateShare(owner, share, before);
    return isPresent;
  }

  private excess(): 'bytes' | 'entries' | undefined {
    const { maxBytes = Infinity, maxEntries = Infinity } = this.settings.limits();
    if (this.bytes > maxBytes) return 'bytes';
    return this.owners.size > maxEntries ? 'entries' : undefined;
  }

  /** Evicts entries until the limits are met. Among owners that hold equally much, `writer` loses an entry. */
  private evict(writer?: string): void {
    this.removeExpired();
    for (let excess = this.excess(); excess !== undefined; excess = this.excess()) {
      const owner = this.largest(excess, writer);
      const share = owner === undefined ? undefined : this.shares.get(owner);
      if (owner === undefined || share === undefined) return;
      const before = share.calculatedSize;
      share.pop();
      this.updateShare(owner, share, before);
    }
  }

  private largest(by: 'bytes' | 'entries', writer: string | undefined): string | undefined {
    const weightOf = (share: LRUCache<string, Value> | undefined): number =>
      (by === 'bytes' ? share?.calculatedSize : share?.size) ?? 0;
    let largest = writer;
    let weight = writer === undefined ? 0 : weightOf(this.shares.get(writer));
    for (const [owner, share] of this.shares) {
      if (weightOf(share) > weight) [largest, weight] = [owner, weightOf(share)];
    }
    return largest;
  }

  /** Removes expired entries, so that no valid entry is evicted while an expired one takes memory. */
  private removeExpired(): void {
    const now = this.settings.now?.() ?? performance.now();
    if (now < this.nextPurgeAt) return;
    this.nextPurgeAt = now + PURGE_INTERVAL_MS;
    for (const [owner, share] of this.shares) {
      const before = share.calculatedSize;
      share.purgeStale();
      this.updateShare(owner, share, before);
    }
  }

  private updateShare(owner: string, share: LRUCache<string, Value>, before: number): void {
    this.bytes += share.calculatedSize - before;
    if (share.size === 0) this.shares.delete(owner);
  }

  private shareOf(owner: string): LRUCache<string, Value> {
    const known = this.shares.get(owner);
    if (known !== undefined) return known;
    const { now } = this.settings;
    const share = new LRUCache<string, Value>({
      // Only the limits of all shares together apply, but the library requires a limit.
      maxSize: Number.MAX_SAFE_INTEGER,
      ttl: 1,
      dispose: (_value, key, reason) => {
        if (reason !== 'set') this.owners.delete(key);
      },
      ...(now && { perf: { now }, ttlResolution: 0 }),
    });
    this.shares.set(owner, share);
    return share;
  }
}
