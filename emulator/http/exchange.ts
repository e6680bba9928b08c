import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Writable } from 'node:stream';
import { AwsException } from '../aws-exception.ts';
import type { Principal } from './auth.ts';
import type { StreamEvent } from './stream.ts';

export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

/** Maximum size of a body (AWS API reference, InvokeModel). */
const MAX_BODY_BYTES = 25_000_000;

/** One request and its response, over HTTP/1.1 or HTTP/2. */
export class Exchange {
  readonly method: string;
  /** Path as received, without percent decoding. */
  readonly path: string;
  readonly query: string;
  readonly headers: Record<string, string>;
  readonly httpVersion: string;
  /** Aborts when the connection closes before the response is complete. */
  readonly gone: AbortSignal;
  /** Status of the response; 0 before its headers are set. */
  status = 0;
  finished = false;
  /** `x-amzn-RequestId` of the response; empty before its headers are set. */
  requestId = '';
  /** Deltas of a stream that were sent. */
  readonly sentDeltas: StreamEvent[] = [];
  /** The assumed role that signed the request; undefined for the emulator's own identity. */
  principal: Principal | undefined;
  /** True if the request failed before its end. */
  interrupted = false;
  /** Milliseconds that the emulator's clock is ahead of the machine's. */
  clockMs = 0;
  readonly #request: Incoming;
  readonly #response: Outgoing;
  readonly #gone = new AbortController();
  #ended = false;
  #brokenByEmulator = false;

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
      this.finished = this.#ended && wasSent(response);
      if (!this.finished) this.#gone.abort();
    });
  }

  /** True if the client closed the connection early, and not the emulator. */
  get abortedByClient(): boolean {
    return this.gone.aborted && !this.#brokenByEmulator;
  }

  /** Returns the time of the emulator's clock. */
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
      // Reads and discards the rest, because clients read no response before they have sent the request.
      if (size <= MAX_BODY_BYTES) parts.push(part);
      else parts.length = 0;
    }
    if (size > MAX_BODY_BYTES) {
      throw new AwsException(
        'RequestEntityTooLargeException',
        `The request body is larger than ${MAX_BODY_BYTES} bytes.`,
      );
    }
    return Buffer.concat(parts);
  }

  json(status: number, body: unknown, headers: Record<string, string> = {}): void {
    this.text(status, 'application/json', JSON.stringify(body), headers);
  }

  /** Sends a whole body. */
  text(status: number, contentType: string, body: string, headers: Record<string, string> = {}): void {
    if (this.gone.aborted) return;
    const bytes = Buffer.from(body);
    this.open(status, contentType, { 'content-length': String(bytes.length), ...headers });
    this.#ended = true;
    this.#response.end(bytes);
  }

  sendException(exception: AwsException): void {
    this.json(exception.status, { message: exception.message }, { 'x-amzn-ErrorType': exception.name });
  }

  open(status: number, contentType: string, headers: Record<string, string> = {}): void {
    this.status = status;
    this.#response.statusCode = status;
    this.#response.setHeader('content-type', contentType);
    this.requestId = randomUUID();
    this.#response.setHeader('x-amzn-RequestId', this.requestId);
    if (this.clockMs !== 0) this.#response.setHeader('date', this.now().toUTCString());
    for (const [name, value] of Object.entries(headers)) this.#response.setHeader(name, value);
  }

  /** Sends the headers that `open` set, before there is a body. */
  flushHeaders(): void {
    // The types of the HTTP/2 response lack this method.
    (this.#response as ServerResponse).flushHeaders();
  }

  /** Writes a chunk. Resolves when the socket accepts more or is closed. */
  write(bytes: Uint8Array): Promise<void> {
    const acceptsMore = (this.#response as Writable).write(bytes);
    if (acceptsMore || this.gone.aborted) return Promise.resolve();
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

  /** Closes the connection without a response. */
  cut(): void {
    this.#brokenByEmulator = true;
    if ('stream' in this.#response) this.#response.stream.session?.destroy();
    this.#request.socket.destroy();
  }

  /** Resets the connection (RST). */
  reset(): void {
    this.#brokenByEmulator = true;
    this.#request.socket.resetAndDestroy();
    this.cut();
  }

  /** Sends any body, as a proxy in front of Bedrock could. It has no request id of AWS. */
  async reply(status: number, contentType: string, body: AsyncIterable<Uint8Array>): Promise<void> {
    this.open(status, contentType);
    this.#response.removeHeader('x-amzn-RequestId');
    for await (const part of body) {
      if (this.gone.aborted) return;
      await this.write(part);
    }
    this.end();
  }
}

/**
 * Returns true if the whole response was sent. HTTP/2 responses emit `finish` even after the client reset the stream.
 */
function wasSent(response: Outgoing): boolean {
  return 'stream' in response ? !response.stream.aborted : response.writableFinished;
}

function flatten(request: Incoming): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return headers;
}
