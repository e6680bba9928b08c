import type { QueueClock } from '../../src/routing/quotas/reservation-queue.ts';

interface Entry {
  at: number;
  /** Number of the entry. Entries of the same time run in this order. */
  order: number;
  run: () => void;
  cancelled: boolean;
}

/** Simulated clock that jumps from one event to the next. Equal seeds give equal runs. */
export class Agenda implements QueueClock {
  private readonly heap: Entry[] = [];
  private time = 0;
  private entries = 0;

  now = (): number => this.time;

  after = (ms: number, run: () => void): (() => void) => {
    const entry = { at: this.time + Math.max(0, ms), order: this.entries++, run, cancelled: false };
    this.push(entry);
    return () => (entry.cancelled = true);
  };

  /** Resolves after `ms` milliseconds of simulated time. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Runs all events. Promises that an event resolves run before the next event. */
  async run(): Promise<void> {
    for (let entry = this.pop(); entry !== undefined; entry = this.pop()) {
      if (entry.cancelled) continue;
      this.time = entry.at;
      entry.run();
      await new Promise(setImmediate);
    }
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isEarlier(entry, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = entry;
  }

  private pop(): Entry | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isEarlier(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isEarlier(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isEarlier(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
