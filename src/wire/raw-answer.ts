/** An answer in JSON that passes as it came. */
export class RawJsonAnswer {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a stream of Bedrock's own frames is made from. */
export interface RawEventStreamSource<Event> {
  readonly stream: AsyncIterable<Event[]>;
  /** The frames of the events of one read, whole. Synchronous, because it runs once a batch. */
  frames(events: readonly Event[]): readonly Buffer[];
  /** Called once, whatever happened. */
  onClose(): void;
}

/** A stream in Bedrock's own frames that nothing has written yet. */
export class RawEventStream<Event = unknown> {
  readonly source: RawEventStreamSource<Event>;

  constructor(source: RawEventStreamSource<Event>) {
    this.source = source;
  }
}
