import type { Response } from 'express';
import type { Call } from '../../request/call.ts';
import { drained } from './drained.ts';
import { exceptionOf } from '../errors/error-body.ts';
import { exceptionFrame } from './exception-frame.ts';
import { streamFailure } from './stream-failure.ts';

/** JSON text that passes as it came. */
export class RelayedText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  writeTo(response: Response): void {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(this.text) });
    response.end(this.text);
  }
}

/** What a stream of Bedrock's own frames is made from. */
export interface RelayedSource<Event> {
  stream: AsyncIterable<Event[]>;
  /** The frames of the events of one read, whole. Synchronous: it runs once a batch. */
  frames(events: readonly Event[]): readonly Buffer[];
  /** Called once, whatever happened. */
  settled(): void;
}

/** A stream in Bedrock's own frames. A failure of it becomes a last frame, an exception, as Bedrock would send it. */
export class RelayedStream<Event = never> {
  private readonly source: RelayedSource<Event>;
  private readonly call: Call;

  constructor(source: RelayedSource<Event>, call: Call) {
    this.source = source;
    this.call = call;
  }

  /** Resolves when the response has ended or the client has gone. Never rejects. */
  async writeTo(response: Response): Promise<void> {
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    // As an SseBody lets go of it.
    response.req.body = undefined;
    const closed = (): boolean => response.destroyed || response.writableEnded;
    try {
      for await (const events of this.source.stream) {
        const frames = this.source.frames(events);
        if (closed()) return;
        const chunk = frames.length === 1 ? frames[0]! : Buffer.concat(frames);
        if (!response.write(chunk)) await drained(response);
      }
      if (!closed()) response.end();
    } catch (error) {
      const failure = streamFailure(error, this.call);
      if (failure && !closed()) response.end(exceptionFrame(exceptionOf(failure), failure.message));
    } finally {
      this.source.settled();
    }
  }

  /** The client has gone before the first byte: the upstream stops. */
  async cancel(): Promise<void> {
    try {
      await this.source.stream[Symbol.asyncIterator]().return?.();
    } finally {
      this.source.settled();
    }
  }
}
