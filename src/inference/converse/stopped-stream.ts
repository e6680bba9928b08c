import type { OpenedStreamAnswer } from '../attempts/attempt.ts';
import { StreamStopFilter } from '../../translation/answer/emulated-stops.ts';
import { estimateEvent, estimatePrompt } from '../../wire/token-estimate.ts';
import { estimatedMetadata } from '../../wire/usage/converse-usage.ts';
import type { ConverseEvent, ConverseRequest } from '../../wire/converse.ts';

type Stream = AsyncIterable<ConverseEvent[]>;

/**
 * Returns a stream that ends at the first of the sequences and cancels its call of Bedrock. The usage is estimated,
 * because Bedrock reports it only at the end of a stream.
 */
export function stoppedStream(
  served: OpenedStreamAnswer<ConverseEvent>,
  input: ConverseRequest,
  sequences: readonly string[],
): OpenedStreamAnswer<ConverseEvent> {
  return {
    body: new StreamUntilStop(served.body, input, sequences),
    get target() {
      return served.target;
    },
    get upstreamRequestId() {
      return served.upstreamRequestId;
    },
    get continued() {
      return served.continued;
    },
    settle: (usage) => served.settle(usage),
  };
}

/**
 * Stream that ends early. Not a generator: if a generator is closed before its first read, the call of Bedrock stays
 * open.
 */
class StreamUntilStop implements AsyncIterable<ConverseEvent[]>, AsyncIterator<ConverseEvent[], undefined> {
  private readonly events: AsyncIterator<ConverseEvent[]>;
  private readonly input: ConverseRequest;
  private readonly search: StreamStopFilter;
  private output = 0;

  constructor(stream: Stream, input: ConverseRequest, sequences: readonly string[]) {
    this.events = stream[Symbol.asyncIterator]();
    this.input = input;
    this.search = new StreamStopFilter(sequences);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ConverseEvent[], undefined>> {
    while (!this.search.stopped) {
      const { done, value } = await this.events.next();
      if (done) break;
      const events = this.read(value);
      if (this.search.stopped) await this.events.return?.();
      if (events.length > 0) return { done: false, value: events };
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<ConverseEvent[], undefined>> {
    await this.events.return?.();
    return { done: true, value: undefined };
  }

  private read(batch: ConverseEvent[]): ConverseEvent[] {
    for (const event of batch) this.output += estimateEvent(event);
    const events = this.search.read(batch);
    if (this.search.stopped) events.push(estimatedMetadata({ input: estimatePrompt(this.input), output: this.output }));
    return events;
  }
}
