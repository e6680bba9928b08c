import type { Readable } from 'node:stream';
import type { BodyShare } from '../admission/body-share.ts';
import { ClientGoneError, type GatewayRequest } from '../call.middleware.ts';
import { bodyTooLarge, bodyTooSlow, cannotDecompress } from './body-errors.ts';
import { type ContentCoding, declaredLength } from './body-headers.ts';
import { BodyParts } from './body-parts.ts';
import { decompressor, DECOMPRESSOR_BYTES } from './decompressor.ts';
import { MIN_UPLOAD_BYTES_PER_SECOND, type PacedUpload, type UploadPace } from './upload-pace.ts';

export interface Receiving {
  share: BodyShare;
  pace: UploadPace;
  limitBytes: number;
}

/**
 * Resolves with the bytes of a body. Its share of the body budget grows as they come. Rejects with GatewayError 408,
 * 413, 429 or 503, or with the reason for which the call has ended. After a failure the rest of the body stays unread.
 */
export function receiveBody(request: GatewayRequest, receiving: Receiving): Promise<Buffer> {
  const parts = new BodyParts(declaredLength(request.headers));
  return collect(request, { ...receiving, source: request, parts, extraBytes: 0 });
}

/** As `receiveBody`, for a compressed body: rejects with 400 `invalid_body`, too, if it cannot be decompressed. */
export async function receiveCompressed(
  request: GatewayRequest,
  coding: ContentCoding,
  receiving: Receiving,
): Promise<Buffer> {
  const source = await decompressor(coding);
  try {
    const extraBytes = DECOMPRESSOR_BYTES[coding];
    const body = collect(request, { ...receiving, source, parts: new BodyParts(), extraBytes });
    request.pipe(source);
    return await body;
  } finally {
    request.unpipe(source);
    source.destroy();
  }
}

interface Collecting extends Receiving {
  /** The request, or the stream that decompresses it. */
  source: Readable;
  parts: BodyParts;
  /** Bytes that the share has besides those of the body. */
  extraBytes: number;
}

function collect(request: GatewayRequest, collecting: Collecting): Promise<Buffer> {
  const { source, parts, share, pace, limitBytes, extraBytes } = collecting;
  const { signal } = request.call;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = (): void => {
      pace.unwatch(paced);
      signal.removeEventListener('abort', onAbort);
      request.off('data', onReceived).off('error', onGone);
      source.off('data', onData).off('end', onEnd);
    };
    let isSettled = false;
    const fail = (reason: unknown): void => {
      if (isSettled) return;
      isSettled = true;
      stop();
      request.pause();
      reject(reason);
    };
    const paced: PacedUpload = { receivedBytes: 0, tooSlow: () => fail(bodyTooSlow(MIN_UPLOAD_BYTES_PER_SECOND)) };
    const onAbort = (): void => fail(signal.reason);
    const onGone = (): void => fail(new ClientGoneError());
    const onReceived = (chunk: Buffer): void => {
      paced.receivedBytes += chunk.length;
      // A compressed body may go on for ever without a byte of content.
      if (paced.receivedBytes > limitBytes) fail(bodyTooLarge(limitBytes));
    };
    const onData = (chunk: Buffer): void => {
      const bytes = parts.bytes + chunk.length;
      if (bytes > limitBytes) return fail(bodyTooLarge(limitBytes));
      try {
        share.growTo(bytes + extraBytes);
      } catch (error) {
        return fail(error);
      }
      parts.add(chunk);
    };
    const onEnd = (): void => {
      isSettled = true;
      stop();
      const body = parts.whole();
      share.shrinkTo(body.length);
      resolve(body);
    };
    signal.addEventListener('abort', onAbort);
    pace.watch(paced);
    request.on('data', onReceived).on('error', onGone);
    source.on('data', onData).on('end', onEnd);
    // Stays: a stream that is destroyed while it works may still emit an error.
    if (source !== request) source.on('error', (error) => fail(cannotDecompress(error.message)));
  });
}
