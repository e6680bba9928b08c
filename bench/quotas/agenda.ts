import type { QueueClock } from '../../src/routing/quotas/reservation-queue.ts';

interface Entry {
  at: number;
  /** Entries of one moment happen in the order they were made. */
  order: number;
  run: () => void;
  cancelled: boolean;
}

/** Time that jumps from one event to the next. No real time passes, so the same seed gives the same run. */
export class Agenda implements QueueClock {
  private readonly heap: Entry[] = [];
  private time = 0;
  private made = 0;

  now = (): number => this.time;

  after = (ms: number, run: () => void): (() => void) => {
    const entry = { at: this.time + Math.max(0, ms), order: this.made++, run, cancelled: false };
    this.push(entry);
    return () => (entry.cancelled = true);
  };

  /** Resolves after so much simulated time. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Runs until nothing is left to happen; what an event sets off by promises happens before the next one. */
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
