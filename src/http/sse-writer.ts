import type { Response } from 'express';
import type { SseFrame } from '../translation/dialect.ts';
import { drained } from './drained.ts';
import type { ErrorDialect } from './error-body.ts';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // nginx would otherwise collect the stream before passing it on.
  'x-accel-buffering': 'no',
};
/** A comment, which every client skips. Anthropic's own keep-alive is an event, and its clients wait for such. */
const KEEP_ALIVE = ': keep-alive\n\n';
const PING = 'event: ping\ndata: {"type":"ping"}\n\n';

/** One response being written: all frames of a batch in one write, comments while there is silence. */
export class SseWriter {
  private readonly response: Response;
  private readonly heartbeat?: NodeJS.Timeout;
  private readonly keepAlive: string;

  constructor(response: Response, keepAliveMs: number, dialect: ErrorDialect) {
    this.response = response;
    this.keepAlive = dialect === 'anthropic' ? PING : KEEP_ALIVE;
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
    return this.response.write(render(frames)) ? undefined : drained(this.response);
  }

  end(frames: readonly SseFrame[]): void {
    clearInterval(this.heartbeat);
    if (!this.closed) this.response.end(render(frames));
  }

  /** Sends a sign of life now; a reader that is behind already gets none. */
  beat(): void {
    if (!this.closed && !this.response.writableNeedDrain) this.response.write(this.keepAlive);
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
