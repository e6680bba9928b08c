import { LRUCache } from 'lru-cache';
import { OwnerHeap } from './owner-heap.ts';

/** Milliseconds between two removals of expired entries from a full cache. */
const PURGE_INTERVAL_MS = 10_000;

/** Number of entries in a heap, for each owner and at least, above which it is built anew. */
const MAX_ENTRIES_PER_OWNER = 2;
const MIN_HEAP = 64;

type ExceededLimit = 'bytes' | 'entries';

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
 * holds most. An owner that holds no more than an equal share never loses an entry to another owner. Operations take constant
 * time, in a full cache logarithmic time in the number of owners, because there may be 100,000 API keys.
 */
export class FairCache<Value extends object | string | boolean> {
  /** The entries of each owner; owners without entries are removed. */
  private readonly shares = new Map<string, LRUCache<string, Value>>();
  /** The owner of each key. The values are strings only, because outgrown tables of a Map keep their objects alive. */
  private readonly owners = new Map<string, string>();
  /** The owners by their weight. Created by the first eviction. */
  private readonly heaps: Partial<Record<ExceededLimit, OwnerHeap>> = {};
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
    this.owners.set(key, holder);
    this.updateShare(holder, share, before);
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

  private excess(): ExceededLimit | undefined {
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

  private largest(by: ExceededLimit, writer: string | undefined): string | undefined {
    const largest = (this.heaps[by] ??= this.createHeap(by)).largest((owner) => this.weightOf(by, owner));
    if (largest === undefined || writer === undefined) return largest;
    return this.weightOf(by, writer) >= this.weightOf(by, largest) ? writer : largest;
  }

  private createHeap(by: ExceededLimit): OwnerHeap {
    const heap = new OwnerHeap();
    for (const owner of this.shares.keys()) heap.add(owner, this.weightOf(by, owner));
    return heap;
  }

  private weightOf(by: ExceededLimit, owner: string): number {
    const share = this.shares.get(owner);
    return (by === 'bytes' ? share?.calculatedSize : share?.size) ?? 0;
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
    for (const by of ['bytes', 'entries'] as const) {
      const heap = this.heaps[by];
      if (heap === undefined) continue;
      heap.add(owner, this.weightOf(by, owner));
      // A new heap without outdated entries costs one visit of each owner, and is needed after as many changes at most.
      if (heap.size > MAX_ENTRIES_PER_OWNER * this.shares.size + MIN_HEAP) delete this.heaps[by];
    }
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
