import type { ConverseEvent } from '../../wire/converse.ts';

/**
 * Bytes of waiting frames at which the upstream's socket is paused. One socket read brings that many; they are in memory
 * already, and a pause within a read makes a burst cost a quarter more.
 */
const HIGH_WATER_BYTES = 64 * 1024;

/** Control of the upstream's socket. */
export interface FlowControl {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/**
 * Passes the events of one stream from the transport to one reader in batches. A batch holds the events that one socket read
 * completed. A slow reader slows only its own upstream. Batches that waited are joined, so that they leave in one write.
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

  /** Adds a batch. `bytes` is the size of the frames that contained the events. */
  push(batch: Event[], bytes: number): void {
    this.waiting.push(batch);
    this.waitingBytes += bytes;
    if (this.waitingBytes >= HIGH_WATER_BYTES && !this.paused) {
      this.paused = true;
      this.flow.pause();
    }
    this.settleReader();
  }

  end(): void {
    this.ended = true;
    this.settleReader();
  }

  fail(failure: Error): void {
    this.failure ??= failure;
    this.end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * Returns the next batch. Not an async function: that would add two promises, a pause and 1 KB of garbage for each delta.
   */
  next(): Promise<IteratorResult<Event[], undefined>> {
    const reader = Promise.withResolvers<IteratorResult<Event[], undefined>>();
    this.reader = reader;
    this.settleReader();
    return reader.promise;
  }

  /** Ends the reading early. Aborts the upstream, so that the model stops generating. */
  return(): Promise<IteratorResult<Event[], undefined>> {
    if (!this.ended) this.flow.abort(new Error('The reader closed the stream before its end.'));
    this.ended = true;
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Returns all waiting events and resumes the upstream. */
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

  /** Settles the promise of a waiting reader, if there is a batch, an end or a failure. */
  private settleReader(): void {
    const { reader } = this;
    if (!reader || (this.waiting.length === 0 && !this.ended)) return;
    this.reader = undefined;
    if (this.waiting.length > 0) reader.resolve(new LazyBatch(this));
    else if (this.failure) reader.reject(this.failure);
    else reader.resolve({ done: true, value: undefined });
  }
}

/** Joins the waiting batches when the reader accesses `value`, once. Until then, the same socket read can add more. */
class LazyBatch<Event> implements IteratorYieldResult<Event[]> {
  readonly done = false;
  private readonly batches: EventBatches<Event>;

  constructor(batches: EventBatches<Event>) {
    this.batches = batches;
  }

  get value(): Event[] {
    return this.batches.take();
  }
}
