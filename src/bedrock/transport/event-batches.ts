import type { ConverseEvent } from '../../wire/converse.ts';

/**
 * Bytes of frames waiting for a slow reader before the upstream's socket is paused. As many as one read brings: those are
 * in memory already, and pausing within a read makes a burst cost a quarter more.
 */
const HIGH_WATER_BYTES = 64 * 1024;

/** What can be slowed down and stopped: the upstream's socket. */
export interface FlowControl {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/**
 * The events of one stream in batches: all that one socket read completed, together. Pushed by the
 * transport, pulled by one reader; a reader that falls behind slows its own upstream and nothing else.
 * Batches that waited are handed over as one, so that they leave in one write.
 */
export class EventBatches<Event = ConverseEvent> implements AsyncIterable<Event[]>, AsyncIterator<Event[], undefined> {
  private waiting: Event[][] = [];
  private waitingBytes = 0;
  private reader?: PromiseWithResolvers<IteratorResult<Event[], undefined>>;
  private ended = false;
  private failure?: Error;
  private paused = false;
  private readonly flow: FlowControl;

  constructor(flow: FlowControl) {
    this.flow = flow;
  }

  /** `bytes`: of the frames that the events came in. */
  push(batch: Event[], bytes: number): void {
    this.waiting.push(batch);
    this.waitingBytes += bytes;
    if (this.waitingBytes >= HIGH_WATER_BYTES && !this.paused) {
      this.paused = true;
      this.flow.pause();
    }
    this.answer();
  }

  end(): void {
    this.ended = true;
    this.answer();
  }

  fail(failure: Error): void {
    this.failure ??= failure;
    this.end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Not an async function: it would make two more promises and a pause of each delta, and 1 KB of garbage. */
  next(): Promise<IteratorResult<Event[], undefined>> {
    const reader = Promise.withResolvers<IteratorResult<Event[], undefined>>();
    this.reader = reader;
    this.answer();
    return reader.promise;
  }

  /** The reader has had enough: the upstream stops generating. */
  return(): Promise<IteratorResult<Event[], undefined>> {
    if (!this.ended) this.flow.abort(new Error('The reader of the stream has gone.'));
    this.ended = true;
    return Promise.resolve({ done: true, value: undefined });
  }

  /** All that has come so far. */
  take(): Event[] {
    const batches = this.waiting;
    this.waiting = [];
    this.waitingBytes = 0;
    if (this.paused) {
      this.paused = false;
      this.flow.resume();
    }
    return batches.length === 1 ? batches[0]! : batches.flat();
  }

  /** Tells a reader that waits what there is to tell. */
  private answer(): void {
    const { reader } = this;
    if (!reader || (this.waiting.length === 0 && !this.ended)) return;
    this.reader = undefined;
    if (this.waiting.length > 0) reader.resolve(new Taken(this));
    else if (this.failure) reader.reject(this.failure);
    else reader.resolve({ done: true, value: undefined });
  }
}

/** A batch that is made up when the reader looks at it, once: until then more of the same read may come. */
class Taken<Event> implements IteratorYieldResult<Event[]> {
  readonly done = false;
  private readonly batches: EventBatches<Event>;

  constructor(batches: EventBatches<Event>) {
    this.batches = batches;
  }

  get value(): Event[] {
    return this.batches.take();
  }
}
