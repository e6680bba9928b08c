import type { SseFrame } from './sse-frame.ts';

/** Source of a streamed answer. */
export interface AnswerStreamSource<Event> {
  /** Open upstream streams; several if the request fans out (`n`). */
  readonly streams: readonly AsyncIterable<Event[]>[];
  /**
   * Returns the frames for the events of one read from the stream with the index `index`. Returns a promise only if the
   * answer must be checked first.
   */
  frames(events: readonly Event[], index: number): readonly SseFrame[] | Promise<readonly SseFrame[]>;
  /** Returns the frames after all streams have ended successfully. */
  end(): readonly SseFrame[];
  /** Runs exactly once, on success and on failure. */
  onClose(): void;
}

/** A streamed answer before it is written to the response. */
export class AnswerStream<Event = unknown> {
  readonly source: AnswerStreamSource<Event>;

  constructor(source: AnswerStreamSource<Event>) {
    this.source = source;
  }
}
