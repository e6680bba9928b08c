import type { BucketStore, BucketDebit, DebitResult } from '../../shared-state/buckets/bucket-store.ts';

/** Time as the queue sees it; a simulation has its own. */
export interface QueueClock {
  /** Milliseconds. */
  now(): number;
  /** Runs it later; the answer takes that back. */
  after(ms: number, run: () => void): () => void;
}

export const SYSTEM_CLOCK: QueueClock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** One who waits. Exactly one of the two is called, once. */
export interface Waiter {
  /** Id of the API key. */
  owner: string;
  draughts: readonly BucketDebit[];
  granted(taken: DebitResult): void;
  /** The time is up; `last` tells what was missing when it was asked last. */
  refused(last: DebitResult | undefined): void;
}

export interface QueueOptions {
  maxWaitMs: number;
  /** Most who may wait. */
  maxLength: number;
  /** Longest pause between two looks: where others use the buckets too, what they give back is not seen here. */
  pollMs: number;
}

interface Place {
  turn: Waiter;
  deadline: number;
  last?: DebitResult;
  gone: boolean;
}

/**
 * The requests that wait for the buckets of one place. API keys take turns; the requests of one key are served in the order
 * of arrival. A small request never overtakes one whose turn has come, or a large one would never be served. Only that
 * one is looked at, when its time has come or when something was given back.
 */
export class ReservationQueue {
  /** Requests by key, in the order of the turns. */
  private readonly lanes = new Map<string, Set<Place>>();
  /** The request whose turn it is, until it is served or leaves. */
  private current?: Place;
  private present = 0;
  private isAsking = false;
  private cancelTimer: () => void = () => {};

  constructor(
    private readonly store: BucketStore,
    private readonly clock: QueueClock,
    private readonly settings: QueueOptions,
  ) {}

  get length(): number {
    return this.present;
  }

  /** What the first was told when it last asked. */
  get last(): DebitResult | undefined {
    return this.current?.last;
  }

  /**
   * Returns the function that takes the request out again. Returns undefined where the queue is full; in a full queue a key
   * with fewer requests takes the room of the one with most, whose newest request is refused.
   */
  join(turn: Waiter): (() => void) | undefined {
    if (this.present >= this.settings.maxLength && !this.displaceFor(turn.owner)) return undefined;
    const place: Place = { turn, deadline: this.clock.now() + this.settings.maxWaitMs, gone: false };
    const lane = this.lanes.get(turn.owner);
    if (lane) lane.add(place);
    else this.lanes.set(turn.owner, new Set([place]));
    this.present += 1;
    if (this.present === 1) this.wake();
    return () => this.leave(place);
  }

  /** Something was given back. */
  wake(): void {
    if (!this.isAsking) this.serve();
  }

  private leave(place: Place): void {
    if (place.gone) return;
    this.end(place);
    this.wake();
  }

  private displaceFor(owner: string): boolean {
    let longest = new Set<Place>();
    for (const lane of this.lanes.values()) if (lane.size > longest.size) longest = lane;
    const newest = [...longest].at(-1);
    if (newest === undefined || longest.size <= (this.lanes.get(owner)?.size ?? 0) + 1) return false;
    this.end(newest);
    newest.turn.refused(this.last);
    return true;
  }

  private serve(): void {
    this.cancelTimer();
    for (;;) {
      const nextDeadline = this.refuseLate();
      const place = this.next();
      if (place === undefined) return;
      const taken = this.store.take(place.turn.draughts);
      if (taken instanceof Promise) {
        void this.serveLater(place, taken);
        return;
      }
      if (!this.isServed(place, taken)) {
        this.lookAgain(Math.min(taken.waitMs, nextDeadline - this.clock.now()));
        return;
      }
    }
  }

  private async serveLater(place: Place, taking: Promise<DebitResult>): Promise<void> {
    this.isAsking = true;
    const taken = await taking;
    this.isAsking = false;
    const isServed = this.isServed(place, taken);
    if (isServed || place.gone) this.serve();
    else this.lookAgain(Math.min(taken.waitMs, Math.max(0, this.refuseLate() - this.clock.now())));
  }

  private isServed(place: Place, taken: DebitResult): boolean {
    place.last = taken;
    if (taken.short !== undefined) return false;
    if (place.gone) {
      this.store.correct(place.turn.draughts, taken.at);
      return true;
    }
    this.end(place);
    this.toTheEnd(place.turn.owner);
    place.turn.granted(taken);
    return true;
  }

  private toTheEnd(owner: string): void {
    const lane = this.lanes.get(owner);
    if (lane === undefined) return;
    this.lanes.delete(owner);
    this.lanes.set(owner, lane);
  }

  /** Refuses the requests whose time is up. Returns the moment when the time of the next one is up. */
  private refuseLate(): number {
    let next = Infinity;
    for (const lane of this.lanes.values()) {
      for (const place of lane) {
        if (place.deadline > this.clock.now()) {
          next = Math.min(next, place.deadline);
          break;
        }
        this.end(place);
        place.turn.refused(place.last ?? this.last);
      }
    }
    return next;
  }

  private lookAgain(ms: number): void {
    this.cancelTimer();
    this.cancelTimer = this.clock.after(Math.max(1, Math.min(ms, this.settings.pollMs)), () => this.wake());
  }

  private end(place: Place): void {
    place.gone = true;
    this.present -= 1;
    const { owner } = place.turn;
    const lane = this.lanes.get(owner);
    lane?.delete(place);
    if (lane?.size === 0) this.lanes.delete(owner);
  }

  /** The request whose turn it is; the first of the next key where the one before has gone. */
  private next(): Place | undefined {
    if (this.current?.gone === false) return this.current;
    const [lane] = this.lanes.values();
    [this.current] = lane ?? [];
    return this.current;
  }
}
