import type { Response } from 'express';
import type { Call } from '../../request/call.ts';
import type { ErrorDialect } from '../errors/error-body.ts';
import { SseWriter } from './sse-writer.ts';
import { failureFrames } from './stream-failure.ts';
import type { SseFrame } from '../../wire/sse-frame.ts';

/** What an answer in server-sent events is made from. */
export interface SseSource<Event> {
  /** Open upstream streams; several where the request fans out (`n`). */
  streams: readonly AsyncIterable<Event[]>[];
  /** Frames for the events of one read of stream number `index`; a promise only where an answer has to be checked. */
  frames(events: readonly Event[], index: number): readonly SseFrame[] | Promise<readonly SseFrame[]>;
  /** Frames after all streams have ended well. */
  end(): readonly SseFrame[];
  /** Called once, whatever happened. */
  settled(): void;
}

export interface SseSettings {
  call: Call;
  /** In whose words a failure of the begun stream is told, and that it still lives. */
  dialect: ErrorDialect;
  /** Milliseconds of silence after which a comment is sent; 0: never. */
  keepAliveMs: number;
}

/** An answer that is written as it comes. The gateway's adapter recognises it; nothing else writes streams. */
export class SseBody<Event = never> {
  /** A promise where the head goes out before the upstream has answered. */
  readonly source: SseSource<Event> | Promise<SseSource<Event>>;
  readonly settings: SseSettings;

  constructor(source: SseBody<Event>['source'], settings: SseSettings) {
    this.source = source;
    this.settings = settings;
  }

  /** Writes all there is; resolves when the response has ended or the client has gone. Never rejects. */
  async writeTo(response: Response): Promise<void> {
    const { call, dialect, keepAliveMs } = this.settings;
    const writer = new SseWriter(response, keepAliveMs, dialect);
    let source: SseSource<Event> | undefined;
    try {
      if (this.source instanceof Promise) writer.beat();
      source = await this.source;
      // The upstream has answered, nothing is tried again: what was asked would live as long as the stream.
      response.req.body = undefined;
      await pumpAll(source, writer);
      writer.end(source.end());
    } catch (error) {
      writer.end(failureFrames(error, call, dialect));
    } finally {
      source?.settled();
    }
  }

  /** The client has gone before the first byte: the upstreams stop. */
  async cancel(): Promise<void> {
    // What fails now has nobody to be told to.
    const source = await Promise.resolve(this.source).catch(() => undefined);
    if (source === undefined) return;
    try {
      // A stream that cannot be closed keeps no other one open.
      await Promise.all(source.streams.map(async (stream) => stream[Symbol.asyncIterator]().return?.()));
    } finally {
      source.settled();
    }
  }
}

async function pumpAll<Event>(source: SseSource<Event>, writer: SseWriter): Promise<void> {
  const [only, ...others] = source.streams;
  if (only && others.length === 0) return pump(source, only, 0, writer);
  await Promise.all(source.streams.map((stream, index) => pump(source, stream, index, writer)));
}

async function pump<Event>(
  source: SseSource<Event>,
  stream: AsyncIterable<Event[]>,
  index: number,
  writer: SseWriter,
): Promise<void> {
  for await (const events of stream) {
    // Awaiting only a check or a full socket keeps a lone event at one turn of the loop.
    const frames = source.frames(events, index);
    const drained = writer.write(frames instanceof Promise ? await frames : frames);
    if (drained) await drained;
    if (writer.closed) return;
  }
}
