/** A JSON answer that passes unchanged. */
export class RawJsonAnswer {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Source of a stream of Bedrock's own frames. */
export interface RawEventStreamSource<Event> {
  readonly stream: AsyncIterable<Event[]>;
  /** Returns the complete frames for the events of one read. Synchronous, because it runs for every batch. */
  frames(events: readonly Event[]): readonly Buffer[];
  /** Runs exactly once, on success and on failure. */
  onClose(): void;
}

/** A stream of Bedrock's own frames before it is written to the response. */
export class RawEventStream<Event = unknown> {
  readonly source: RawEventStreamSource<Event>;

  constructor(source: RawEventStreamSource<Event>) {
    this.source = source;
  }
}
