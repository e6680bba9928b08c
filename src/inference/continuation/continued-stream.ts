import type { TargetAnswer } from '../../routing/target-answer.ts';
import type { ContinuedUsage } from '../accounting/accepted-answer.ts';
import type { ConverseEvent } from '../../wire/converse.ts';
import { PartialAnswerText } from './partial-answer-text.ts';

type Stream = AsyncIterable<ConverseEvent[]>;

/** The stream that resumes a broken answer, and how its events continue those that the client has received. */
export interface Continuation {
  served: TargetAnswer<Stream>;
  splice: (events: ConverseEvent[]) => ConverseEvent[];
  continued: ContinuedUsage;
}

/** Opens a continuation after `answered`. Rejects with the failure of the stream if the answer cannot resume. */
export type Reopen = (
  before: TargetAnswer<Stream>,
  answered: PartialAnswerText,
  failure: unknown,
  earlier: ContinuedUsage | undefined,
) => Promise<Continuation>;

/**
 * A stream that is opened again when it breaks. Not a generator: a generator whose reader leaves before its first read
 * runs no `finally`, so the call of Bedrock would stay open.
 */
export class ContinuedStream implements AsyncIterable<ConverseEvent[]>, AsyncIterator<ConverseEvent[], undefined> {
  /** The stream that is open now. */
  served: TargetAnswer<Stream>;
  /** What the streams before the present one used; undefined for the first one. */
  continued?: ContinuedUsage;
  private events: AsyncIterator<ConverseEvent[]>;
  private splice?: Continuation['splice'];
  private isLeft = false;
  private readonly answered = new PartialAnswerText();
  private readonly reopen: Reopen;

  constructor(served: TargetAnswer<Stream>, reopen: Reopen) {
    this.served = served;
    this.events = served.body[Symbol.asyncIterator]();
    this.reopen = reopen;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ConverseEvent[], undefined>> {
    while (!this.isLeft) {
      const result = await this.events.next().catch((error: unknown) => this.continueAfter(error));
      if (result === undefined) continue;
      if (result.done) break;
      // The value of a batch may be read only once.
      const batch = result.value;
      const events = this.splice ? this.splice(batch) : batch;
      this.answered.read(events);
      return { done: false, value: events };
    }
    return { done: true, value: undefined };
  }

  /** Ends the upstream call, including one that is still being opened. */
  async return(): Promise<IteratorResult<ConverseEvent[], undefined>> {
    this.isLeft = true;
    await this.events.return?.();
    return { done: true, value: undefined };
  }

  private async continueAfter(failure: unknown): Promise<undefined> {
    // The reader has left, which ends the call of Bedrock with an error. That is no reason to open another stream.
    if (this.isLeft) throw failure;
    const { served, splice, continued } = await this.reopen(this.served, this.answered, failure, this.continued);
    this.served = served;
    this.continued = continued;
    this.splice = splice;
    this.events = served.body[Symbol.asyncIterator]();
    if (this.isLeft) await this.events.return?.();
  }
}
