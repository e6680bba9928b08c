import type { Response } from 'express';
import type { RequestContext } from '../../request/request-context.ts';
import type { RawEventStream, RawJsonAnswer } from '../../wire/raw-answer.ts';
import { awsExceptionName } from '../errors/error-body.ts';
import { waitUntilWritable } from './wait-until-writable.ts';
import { encodeExceptionFrame } from './exception-frame.ts';
import { recordStreamFailure } from './stream-failure.ts';

export function writeRawJson({ text }: RawJsonAnswer, response: Response): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/**
 * Writes a stream in Bedrock's own frames. A failure becomes a last frame, an exception, as Bedrock would send it. Resolves
 * when the response has ended or the client has gone. Never rejects.
 */
export async function writeRawStream(
  { source }: RawEventStream,
  response: Response,
  context: RequestContext,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
  // The upstream has answered, and nothing is tried again: the request's body would live as long as the stream.
  response.req.body = undefined;
  const closed = (): boolean => response.destroyed || response.writableEnded;
  try {
    for await (const events of source.stream) {
      const frames = source.frames(events);
      if (closed()) return;
      const chunk = frames.length === 1 ? frames[0]! : Buffer.concat(frames);
      if (!response.write(chunk)) await waitUntilWritable(response);
    }
    if (!closed()) response.end();
  } catch (error) {
    const failure = recordStreamFailure(error, context);
    if (failure && !closed()) response.end(encodeExceptionFrame(awsExceptionName(failure), failure.message));
  } finally {
    source.onClose();
  }
}

/** Stops the upstream of a stream whose client has gone before the first byte. */
export async function cancelRawStream({ source }: RawEventStream): Promise<void> {
  try {
    await source.stream[Symbol.asyncIterator]().return?.();
  } finally {
    source.onClose();
  }
}
