import type { Response } from 'express';
import type { RequestContext } from '../../request/request-context.ts';
import type { RawEventStream, RawJsonAnswer } from '../../wire/raw-answer.ts';
import { awsExceptionName } from '../errors/error-body.ts';
import { waitUntilWritable } from './wait-until-writable.ts';
import { encodeExceptionFrame } from './exception-frame.ts';
import { recordStreamFailure } from './stream-failure.ts';

/** Writes a JSON answer of Bedrock unmodified. */
export function writeRawJson({ text }: RawJsonAnswer, response: Response): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/**
 * Writes a stream in Bedrock's own frames. A failure becomes a last exception frame, as Bedrock would send it. Resolves when
 * the response has ended or the client has disconnected. Never rejects.
 */
export async function writeRawStream(
  { source }: RawEventStream,
  response: Response,
  context: RequestContext,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
  // The upstream has accepted the request and no retry follows, so its body need not stay in memory during the stream.
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

/** Cancels the upstream of a stream whose client has disconnected before the first byte. */
export async function cancelRawStream({ source }: RawEventStream): Promise<void> {
  try {
    await source.stream[Symbol.asyncIterator]().return?.();
  } finally {
    source.onClose();
  }
}
