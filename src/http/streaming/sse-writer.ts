import type { Response } from 'express';
import { IdleTimer } from '../../request/idle-timer.ts';
import { waitUntilWritable } from './wait-until-writable.ts';
import type { ErrorDialect } from '../errors/error-body.ts';
import type { SseFrame } from '../../wire/sse-frame.ts';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // Without it, nginx would buffer the stream.
  'x-accel-buffering': 'no',
};
/** A comment, which all clients skip. Anthropic's own keep-alive is an event, for which its clients wait. */
const KEEP_ALIVE = ': keep-alive\n\n';
const LAST_CHUNK = '0\r\n\r\n';
const PING = 'event: ping\ndata: {"type":"ping"}\n\n';

/** Writes one response: all frames of a batch in one write, and keep-alives during silence. */
export class SseWriter {
  private readonly response: Response;
  private readonly silence?: IdleTimer;
  private readonly keepAlive: string;
  private readonly framing: 'chunked' | 'none';
  /** Pending while the socket is full; all streams of the response wait for the same promise. */
  private drained?: Promise<void>;

  constructor(response: Response, keepAliveMs: number, dialect: ErrorDialect) {
    this.response = response;
    this.keepAlive = dialect === 'anthropic' ? PING : KEEP_ALIVE;
    response.writeHead(200, HEADERS);
    this.framing = response.chunkedEncoding ? 'chunked' : 'none';
    response.chunkedEncoding = false;
    if (keepAliveMs > 0) this.silence = new IdleTimer(keepAliveMs, () => this.sendKeepAlive());
  }

  get closed(): boolean {
    return this.response.destroyed || this.response.writableEnded;
  }

  /** Writes frames. Returns a promise only if the socket is full; it resolves when the socket drains or closes. */
  write(frames: readonly SseFrame[]): Promise<void> | undefined {
    if (frames.length === 0 || this.closed) return undefined;
    this.silence?.touch();
    return this.response.write(this.toChunk(render(frames))) ? undefined : this.waitUntilDrained();
  }

  end(frames: readonly SseFrame[]): void {
    this.silence?.stop();
    const last = this.framing === 'chunked' ? LAST_CHUNK : '';
    if (!this.closed) this.response.end(this.toChunk(render(frames)) + last);
  }

  /** Sends a keep-alive now, unless the client is behind with reading. */
  sendKeepAlive(): void {
    if (!this.closed && !this.response.writableNeedDrain) this.response.write(this.toChunk(this.keepAlive));
  }

  /** Adds one pair of listeners for all streams: a response of many choices would exceed Node's limit of ten. */
  private waitUntilDrained(): Promise<void> {
    this.drained ??= waitUntilWritable(this.response).finally(() => {
      this.drained = undefined;
    });
    return this.drained;
  }

  /**
   * Returns a chunk of HTTP/1.1 as one string (RFC 9112, 7.1). Node would write the length, the bytes and two line ends as
   * four pieces, which costs 4 us for each delta (docs/nest.md). HTTP/1.0 has no chunks.
   */
  private toChunk(text: string): string {
    if (text === '' || this.framing === 'none') return text;
    return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
  }
}

function render(frames: readonly SseFrame[]): string {
  let text = '';
  for (const { comment, event, data } of frames) {
    if (comment !== undefined) text += `: ${comment}\n\n`;
    text += event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
  }
  return text;
}
