import type { SseFrame } from './sse-frame.ts';

/** What a streamed answer is made from. */
export interface AnswerStreamSource<Event> {
  /** Open upstream streams; several if the request fans out (`n`). */
  readonly streams: readonly AsyncIterable<Event[]>[];
  /** Frames for the events of one read of stream number `index`; a promise only if an answer has to be checked. */
  frames(events: readonly Event[], index: number): readonly SseFrame[] | Promise<readonly SseFrame[]>;
  /** Frames after all streams have ended well. */
  end(): readonly SseFrame[];
  /** Called once, whatever happened. */
  onClose(): void;
}

/** A streamed answer that nothing has written yet. */
export class AnswerStream<Event = unknown> {
  readonly source: AnswerStreamSource<Event>;

  constructor(source: AnswerStreamSource<Event>) {
    this.source = source;
  }
}
