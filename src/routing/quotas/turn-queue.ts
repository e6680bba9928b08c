import type { BucketStore, Draught, Taken } from '../../storage/buckets/bucket-store.ts';

/** Time as the queue sees it; a simulation has its own. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Runs it later; the answer takes that back. */
  after(ms: number, run: () => void): () => void;
}

export const WALL_CLOCK: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** One who waits. Exactly one of the two is called, once. */
export interface Turn {
  draughts: readonly Draught[];
  granted(taken: Taken): void;
  /** The time is up; `last` tells what was missing when it was asked last. */
  refused(last: Taken | undefined): void;
}

export interface QueueSettings {
  maxWaitMs: number;
  /** Most who may wait. */
  maxLength: number;
  /** Longest pause between two looks: where others use the buckets too, what they give back is not seen here. */
  pollMs: number;
}

interface Place {
  turn: Turn;
  deadline: number;
  last?: Taken;
  gone: boolean;
}

/**
 * Who waits for the buckets of one place, first come, first served: a small request never overtakes a large one, or the
 * large one would wait for ever. Only the first is looked at, when its time has come or something was given back.
 */
export class TurnQueue {
  private places: Place[] = [];
  /** Index of the first who waits; what is before it is cut off now and then. */
  private first = 0;
  private present = 0;
  private isAsking = false;
  private cancelTimer: () => void = () => {};

  constructor(
    private readonly store: BucketStore,
    private readonly clock: Clock,
    private readonly settings: QueueSettings,
  ) {}

  get length(): number {
    return this.present;
  }

  /** What the first was told when it last asked. */
  get last(): Taken | undefined {
    return this.places[this.first]?.last;
  }

  /** Answers how to take the place back, for one who leaves; undefined: too many wait already. */
  join(turn: Turn): (() => void) | undefined {
    if (this.present >= this.settings.maxLength) return undefined;
    // Those who left in the middle stay listed until then.
    if (this.places.length > 2 * this.settings.maxLength) {
      this.places = this.places.filter(({ gone }) => !gone);
      this.first = 0;
    }
    const place: Place = { turn, deadline: this.clock.now() + this.settings.maxWaitMs, gone: false };
    this.places.push(place);
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
    place.gone = true;
    this.present -= 1;
    this.wake();
  }

  private serve(): void {
    this.cancelTimer();
    for (let place = this.head(); place !== undefined; place = this.head()) {
      const left = place.deadline - this.clock.now();
      if (left <= 0) {
        this.end(place);
        place.turn.refused(place.last);
        continue;
      }
      const taken = this.store.take(place.turn.draughts);
      if (taken instanceof Promise) {
        void this.serveLater(place, taken);
        return;
      }
      if (!this.isServed(place, taken)) {
        this.lookAgain(Math.min(taken.waitMs, left));
        return;
      }
    }
  }

  private async serveLater(place: Place, taking: Promise<Taken>): Promise<void> {
    this.isAsking = true;
    const taken = await taking;
    this.isAsking = false;
    const isServed = this.isServed(place, taken);
    if (isServed || place.gone) this.serve();
    else this.lookAgain(Math.min(taken.waitMs, Math.max(0, place.deadline - this.clock.now())));
  }

  private isServed(place: Place, taken: Taken): boolean {
    place.last = taken;
    if (taken.short !== undefined) return false;
    if (place.gone) {
      this.store.correct(place.turn.draughts, taken.at);
      return true;
    }
    this.end(place);
    place.turn.granted(taken);
    return true;
  }

  private lookAgain(ms: number): void {
    this.cancelTimer = this.clock.after(Math.max(1, Math.min(ms, this.settings.pollMs)), () => this.wake());
  }

  private end(place: Place): void {
    place.gone = true;
    this.present -= 1;
  }

  private head(): Place | undefined {
    while (this.places[this.first]?.gone === true) this.first += 1;
    if (this.first >= this.places.length || this.first >= 1_024) {
      this.places = this.places.slice(this.first);
      this.first = 0;
    }
    return this.places[this.first];
  }
}
