import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Writable } from 'node:stream';
import { Refusal } from '../refusal.ts';

export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

/** AWS API reference, InvokeModel: the body is at most 25,000,000 bytes. */
const LARGEST_BODY = 25_000_000;

/** One request and its answer, the same over HTTP/1.1 and HTTP/2. */
export class Exchange {
  readonly method: string;
  /** As received: not decoded. */
  readonly path: string;
  readonly query: string;
  readonly headers: Record<string, string>;
  readonly httpVersion: string;
  /** Aborts when the client leaves before the answer is complete. */
  readonly gone: AbortSignal;
  status = 0;
  finished = false;
  /** The request never came in full. */
  interrupted = false;
  /** How far the service's clock is ahead of this machine's. */
  clockMs = 0;
  readonly #request: Incoming;
  readonly #response: Outgoing;
  readonly #gone = new AbortController();
  #ended = false;
  #cutByUs = false;

  constructor(request: Incoming, response: Outgoing) {
    this.#request = request;
    this.#response = response;
    this.method = request.method ?? 'GET';
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.query = mark < 0 ? '' : url.slice(mark + 1);
    this.headers = flatten(request);
    this.httpVersion = request.httpVersion;
    this.gone = this.#gone.signal;
    request.on('error', () => {
      this.interrupted = true;
    });
    response.on('error', () => undefined);
    response.on('close', () => {
      this.finished = this.#ended && arrived(response);
      if (!this.finished) this.#gone.abort();
    });
  }

  /** True when it was the client, not the emulator, that broke off. */
  get abortedByClient(): boolean {
    return this.gone.aborted && !this.#cutByUs;
  }

  /** What the service's clock shows. */
  now(): Date {
    return new Date(Date.now() + this.clockMs);
  }

  onClose(listener: () => void): void {
    this.#response.on('close', listener);
  }

  async body(): Promise<Buffer> {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of this.#request as AsyncIterable<Buffer>) {
      size += part.length;
      // The rest is read and forgotten: an answer to a half-sent request would reach nobody.
      if (size <= LARGEST_BODY) parts.push(part);
      else parts.length = 0;
    }
    if (size > LARGEST_BODY) {
      throw new Refusal('RequestEntityTooLargeException', `The request body is larger than ${LARGEST_BODY} bytes.`);
    }
    return Buffer.concat(parts);
  }

  json(status: number, body: unknown, headers: Record<string, string> = {}): void {
    if (this.gone.aborted) return;
    const bytes = Buffer.from(JSON.stringify(body));
    this.open(status, 'application/json', { 'content-length': String(bytes.length), ...headers });
    this.#ended = true;
    this.#response.end(bytes);
  }

  refuse(refusal: Refusal): void {
    this.json(refusal.status, { message: refusal.message }, { 'x-amzn-ErrorType': refusal.name });
  }

  open(status: number, contentType: string, headers: Record<string, string> = {}): void {
    this.status = status;
    this.#response.statusCode = status;
    this.#response.setHeader('content-type', contentType);
    this.#response.setHeader('x-amzn-RequestId', randomUUID());
    if (this.clockMs !== 0) this.#response.setHeader('date', this.now().toUTCString());
    for (const [name, value] of Object.entries(headers)) this.#response.setHeader(name, value);
  }

  /** Sends what `open` prepared at once, before there is a body. */
  flushHeaders(): void {
    // The types of the HTTP/2 response leave this method out.
    (this.#response as ServerResponse).flushHeaders();
  }

  /** Resolves when the socket wants more (or is gone). */
  write(bytes: Uint8Array): Promise<void> {
    const wantsMore = (this.#response as Writable).write(bytes);
    if (wantsMore || this.gone.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#response.off('drain', done);
        this.gone.removeEventListener('abort', done);
        resolve();
      };
      this.#response.once('drain', done);
      this.gone.addEventListener('abort', done);
    });
  }

  end(): void {
    this.#ended = true;
    this.#response.end();
  }

  /** Breaks the connection without a word. */
  cut(): void {
    this.#cutByUs = true;
    if ('stream' in this.#response) this.#response.stream.session?.destroy();
    this.#request.socket.destroy();
  }

  /** Breaks it so that the other side sees a reset, not an end. */
  reset(): void {
    this.#cutByUs = true;
    this.#request.socket.resetAndDestroy();
    this.cut();
  }

  /** Any body at all, as something in front of the service might send it. */
  async reply(status: number, contentType: string, body: AsyncIterable<Uint8Array>): Promise<void> {
    this.open(status, contentType);
    for await (const part of body) {
      if (this.gone.aborted) return;
      await this.write(part);
    }
    this.end();
  }
}

/** HTTP/2 responses say 'finish' even when the client has reset the stream. */
function arrived(response: Outgoing): boolean {
  return 'stream' in response ? !response.stream.aborted : response.writableFinished;
}

function flatten(request: Incoming): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return headers;
}
