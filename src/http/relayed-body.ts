import { Logger } from '@nestjs/common';
import type { Response } from 'express';
import type { Call } from '../call.ts';
import { GatewayError, internalError } from '../errors.ts';
import { causeOf, ClientGoneError } from './call.middleware.ts';
import { exceptionOf } from './error-body.ts';
import { exceptionFrame } from './exception-frame.ts';

const logger = new Logger('streams');

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
export interface RelayedSource {
  /** Whole frames; all that one read of the upstream completed, together. */
  frames: AsyncIterable<Buffer[]>;
  /** Called once, whatever happened. */
  settled(): void;
}

/** A stream in Bedrock's own frames. A failure of it becomes a last frame, an exception, as Bedrock would send it. */
export class RelayedStream {
  private readonly source: RelayedSource;
  private readonly call: Call;

  constructor(source: RelayedSource, call: Call) {
    this.source = source;
    this.call = call;
  }

  /** Resolves when the response has ended or the client has gone. Never rejects. */
  async writeTo(response: Response): Promise<void> {
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    const closed = (): boolean => response.destroyed || response.writableEnded;
    try {
      for await (const frames of this.source.frames) {
        if (closed()) return;
        const chunk = frames.length === 1 ? frames[0]! : Buffer.concat(frames);
        if (!response.write(chunk)) await drained(response);
      }
      if (!closed()) response.end();
    } catch (error) {
      const frame = this.failureFrame(error);
      if (frame !== undefined && !closed()) response.end(frame);
    } finally {
      this.source.settled();
    }
  }

  /** The client has gone before the first byte: the upstream stops. */
  async cancel(): Promise<void> {
    await this.source.frames[Symbol.asyncIterator]().return?.();
    this.source.settled();
  }

  private failureFrame(error: unknown): Buffer | undefined {
    const cause = causeOf(error, this.call);
    if (cause instanceof ClientGoneError) return undefined;
    const failure = cause instanceof GatewayError ? cause : internalError(cause);
    this.call.facts.errorCode = failure.code ?? failure.type;
    const { code, exception, upstreamRequestId } = failure;
    logger.warn({ requestId: this.call.id, code, exception, upstreamRequestId, err: failure.cause ?? failure });
    return exceptionFrame(exceptionOf(failure), failure.message);
  }
}

/** Resolves when the socket wants more, or nobody reads any more. */
function drained(response: Response): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
