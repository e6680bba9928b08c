import type { BucketStore, BucketDebit, DebitResult } from '../../shared-state/buckets/bucket-store.ts';

/** Clock of the queue. A simulation has its own implementation. */
export interface QueueClock {
  /** Returns the time in milliseconds. */
  now(): number;
  /** Runs a function after `ms` milliseconds. Returns a function that cancels the timer. */
  after(ms: number, run: () => void): () => void;
}

export const SYSTEM_CLOCK: QueueClock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** A waiting request. Exactly one of its functions is called, once. */
export interface Waiter {
  /** Id of the API key. */
  owner: string;
  debits: readonly BucketDebit[];
  granted(taken: DebitResult): void;
  /** Called after the maximum wait. `last` is the result of the last attempt to reserve. */
  rejected(last: DebitResult | undefined): void;
}

/** Limits of a queue. Times are in milliseconds. */
export interface QueueOptions {
  maxWaitMs: number;
  /** Maximum number of waiting requests. */
  maxLength: number;
  /** Maximum milliseconds between two attempts. The queue does not see what other replicas return to shared buckets. */
  pollMs: number;
}

interface Entry {
  waiter: Waiter;
  deadline: number;
  last?: DebitResult;
  isRemoved: boolean;
}

/**
 * The requests that wait for the buckets of one scope. API keys take turns, and the requests of one key are served in order
 * of arrival. A small request never overtakes the current one, because a large request would then never be served. Only the
 * current request tries to reserve: when its time has come, or when tokens were returned.
 */
export class ReservationQueue {
  /** Waiting requests by API key, in the order of the turns. */
  private readonly entriesByOwner = new Map<string, Set<Entry>>();
  /** The request that is served next. It stays current until it is served or leaves. */
  private current?: Entry;
  private count = 0;
  private isReserving = false;
  private cancelTimer: () => void = () => {};

  constructor(
    private readonly store: BucketStore,
    private readonly clock: QueueClock,
    private readonly settings: QueueOptions,
  ) {}

  get length(): number {
    return this.count;
  }

  /** Result of the current request's last attempt. */
  get last(): DebitResult | undefined {
    return this.current?.last;
  }

  /**
   * Adds a request. Returns a function that removes it, or undefined if the queue is full. In a full queue, a key with fewer
   * requests displaces the newest request of the key with most.
   */
  join(waiter: Waiter): (() => void) | undefined {
    if (this.count >= this.settings.maxLength && !this.displaceFor(waiter.owner)) return undefined;
    const entry: Entry = { waiter, deadline: this.clock.now() + this.settings.maxWaitMs, isRemoved: false };
    const lane = this.entriesByOwner.get(waiter.owner);
    if (lane) lane.add(entry);
    else this.entriesByOwner.set(waiter.owner, new Set([entry]));
    this.count += 1;
    if (this.count === 1) this.wake();
    return () => this.leave(entry);
  }

  /** Tries to serve the current request. Called when tokens were returned. */
  wake(): void {
    if (!this.isReserving) this.serve();
  }

  private leave(entry: Entry): void {
    if (entry.isRemoved) return;
    this.remove(entry);
    this.wake();
  }

  private displaceFor(owner: string): boolean {
    let longest = new Set<Entry>();
    for (const lane of this.entriesByOwner.values()) if (lane.size > longest.size) longest = lane;
    const newest = [...longest].at(-1);
    if (newest === undefined || longest.size <= (this.entriesByOwner.get(owner)?.size ?? 0) + 1) return false;
    this.remove(newest);
    newest.waiter.rejected(this.last);
    return true;
  }

  private serve(): void {
    this.cancelTimer();
    for (;;) {
      const nextDeadline = this.rejectExpired();
      const entry = this.next();
      if (entry === undefined) return;
      const taken = this.store.take(entry.waiter.debits);
      if (taken instanceof Promise) {
        void this.serveLater(entry, taken);
        return;
      }
      if (!this.isServed(entry, taken)) {
        this.retryAfter(Math.min(taken.waitMs, nextDeadline - this.clock.now()));
        return;
      }
    }
  }

  private async serveLater(entry: Entry, taking: Promise<DebitResult>): Promise<void> {
    this.isReserving = true;
    const taken = await taking;
    this.isReserving = false;
    const isServed = this.isServed(entry, taken);
    if (isServed || entry.isRemoved) this.serve();
    else this.retryAfter(Math.min(taken.waitMs, Math.max(0, this.rejectExpired() - this.clock.now())));
  }

  private isServed(entry: Entry, taken: DebitResult): boolean {
    entry.last = taken;
    if (taken.short !== undefined) return false;
    if (entry.isRemoved) {
      this.store.correct(entry.waiter.debits, taken.at);
      return true;
    }
    this.remove(entry);
    this.moveOwnerToEnd(entry.waiter.owner);
    entry.waiter.granted(taken);
    return true;
  }

  private moveOwnerToEnd(owner: string): void {
    const lane = this.entriesByOwner.get(owner);
    if (lane === undefined) return;
    this.entriesByOwner.delete(owner);
    this.entriesByOwner.set(owner, lane);
  }

  /** Rejects the requests whose maximum wait is over. Returns the time at which the next maximum wait ends. */
  private rejectExpired(): number {
    let next = Infinity;
    for (const lane of this.entriesByOwner.values()) {
      for (const entry of lane) {
        if (entry.deadline > this.clock.now()) {
          next = Math.min(next, entry.deadline);
          break;
        }
        this.remove(entry);
        entry.waiter.rejected(entry.last ?? this.last);
      }
    }
    return next;
  }

  private retryAfter(ms: number): void {
    this.cancelTimer();
    this.cancelTimer = this.clock.after(Math.max(1, Math.min(ms, this.settings.pollMs)), () => this.wake());
  }

  private remove(entry: Entry): void {
    entry.isRemoved = true;
    this.count -= 1;
    const { owner } = entry.waiter;
    const lane = this.entriesByOwner.get(owner);
    lane?.delete(entry);
    if (lane?.size === 0) this.entriesByOwner.delete(owner);
  }

  /** Returns the current request. If it has left, returns the first request of the next key. */
  private next(): Entry | undefined {
    if (this.current?.isRemoved === false) return this.current;
    const [lane] = this.entriesByOwner.values();
    [this.current] = lane ?? [];
    return this.current;
  }
}
