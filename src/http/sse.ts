import type { Response } from 'express';
import type { SseFrame } from '../translation/dialect.ts';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // nginx would otherwise collect the stream before passing it on.
  'x-accel-buffering': 'no',
};
const KEEP_ALIVE = ': keep-alive\n\n';

/** What an answer in server-sent events is made from. All functions are synchronous: they run once a batch. */
export interface SseSource<Event> {
  /** Open upstream streams; several where the request fans out (`n`). */
  streams: readonly AsyncIterable<Event[]>[];
  /** Frames for the events of one read of stream number `index`. */
  frames(events: readonly Event[], index: number): readonly SseFrame[];
  /** Frames after all streams have ended well. */
  end(): readonly SseFrame[];
  /** Frames that tell a failure of a begun stream; nothing follows them. */
  failed(error: unknown): readonly SseFrame[];
  /** Called once, whatever happened. */
  settled(): void;
}

/** An answer that is written as it comes. The express adapter recognises it; nothing else writes streams. */
export class SseBody<Event = never> {
  private readonly source: SseSource<Event>;
  private readonly keepAliveMs: number;

  constructor(source: SseSource<Event>, keepAliveMs: number) {
    this.source = source;
    this.keepAliveMs = keepAliveMs;
  }

  /** Writes all there is; resolves when the response has ended or the client has gone. Never rejects. */
  async writeTo(response: Response): Promise<void> {
    const writer = new SseWriter(response, this.keepAliveMs);
    try {
      await Promise.all(this.source.streams.map((stream, index) => this.pump(stream, index, writer)));
      writer.end(this.source.end());
    } catch (error) {
      writer.end(this.source.failed(error));
    } finally {
      this.source.settled();
    }
  }

  /** The client never came to read: the upstreams stop. */
  async cancel(): Promise<void> {
    await Promise.all(this.source.streams.map((stream) => stream[Symbol.asyncIterator]().return?.()));
    this.source.settled();
  }

  private async pump(stream: AsyncIterable<Event[]>, index: number, writer: SseWriter): Promise<void> {
    for await (const events of stream) {
      // Awaiting only a full socket keeps a lone event at one turn of the loop.
      const drained = writer.write(this.source.frames(events, index));
      if (drained) await drained;
      if (writer.closed) return;
    }
  }
}

/** One response being written: all frames of a batch in one write, comments while it is silent. */
class SseWriter {
  private readonly response: Response;
  private readonly heartbeat?: NodeJS.Timeout;

  constructor(response: Response, keepAliveMs: number) {
    this.response = response;
    response.writeHead(200, HEADERS);
    if (keepAliveMs > 0) this.heartbeat = setInterval(() => this.beat(), keepAliveMs);
  }

  get closed(): boolean {
    return this.response.destroyed || this.response.writableEnded;
  }

  /** Returns a promise only when the socket is full; it resolves when there is room, or nobody reads any more. */
  write(frames: readonly SseFrame[]): Promise<void> | undefined {
    if (frames.length === 0 || this.closed) return undefined;
    this.heartbeat?.refresh();
    if (this.response.write(render(frames))) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        this.response.off('drain', done).off('close', done);
        resolve();
      };
      this.response.on('drain', done).on('close', done);
    });
  }

  end(frames: readonly SseFrame[]): void {
    clearInterval(this.heartbeat);
    if (!this.closed) this.response.end(render(frames));
  }

  private beat(): void {
    if (!this.closed && !this.response.writableNeedDrain) this.response.write(KEEP_ALIVE);
  }
}

function render(frames: readonly SseFrame[]): string {
  let text = '';
  for (const { event, data } of frames) {
    text += event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
  }
  return text;
}
