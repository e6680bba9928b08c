import type { Readable } from 'node:stream';
import type { BodyShare } from '../../admission/uploads/body-share.ts';
import { ClientDisconnectedError, type GatewayRequest } from '../context/http-request-context.ts';
import { bodyTooLarge, bodyTooSlow, cannotDecompress, chunksTooSmall } from './body-errors.ts';
import { type ContentCoding, declaredLength } from './body-headers.ts';
import { BodyParts } from './body-parts.ts';
import { decompressor, DECOMPRESSOR_BYTES } from './decompressor.ts';
import { MIN_UPLOAD_BYTES_PER_SECOND, type PacedUpload, type UploadPace } from './upload-pace.ts';

/** Each chunk costs a microsecond or more, whatever its size: beyond this number, their mean size counts. */
const MAX_SMALL_CHUNKS = 65_536;
const MIN_MEAN_CHUNK_BYTES = 64;
/** Bytes by which the share of a body of unknown length grows at a time. */
const GRANT_BYTES = 64 * 1024;

export interface Receiving {
  share: BodyShare;
  pace: UploadPace;
  limitBytes: number;
}

/**
 * Resolves with the bytes of a body. Its share of the body budget grows as they come. Rejects with GatewayError 400
 * `body_chunks_too_small`, 408, 413, 429 or 503, or with the reason for which the call has ended. After a failure the rest of the body stays unread.
 */
export function receiveBody(request: GatewayRequest, receiving: Receiving): Promise<Buffer> {
  const length = declaredLength(request.headers);
  const parts = new BodyParts(length);
  return collect(request, { ...receiving, source: request, parts, extraBytes: 0, declaredBytes: length ?? 0 });
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
    // A body that never fits beside its decompressor is too large: waiting does not help its client.
    const limitBytes = Math.min(receiving.limitBytes, Math.max(0, receiving.share.largest - extraBytes));
    const body = collect(request, {
      ...receiving,
      limitBytes,
      source,
      parts: new BodyParts(),
      extraBytes,
      declaredBytes: 0,
    });
    request.pipe(source);
    return await body;
  } finally {
    request.unpipe(source);
    source.destroy();
  }
}

/** Returns true if the client has sent all, or its bytes wait for the decompressor. */
function waitsForGateway(request: GatewayRequest): boolean {
  return request.complete || request.isPaused();
}

interface Collecting extends Receiving {
  /** The request, or the stream that decompresses it. */
  source: Readable;
  parts: BodyParts;
  /** Bytes that the share has besides those of the body. */
  extraBytes: number;
  /** Bytes that the share has from the start. */
  declaredBytes: number;
}

function collect(request: GatewayRequest, collecting: Collecting): Promise<Buffer> {
  const { source, parts, share, pace, limitBytes, extraBytes, declaredBytes } = collecting;
  const { signal } = request.context;
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
    const tooSlow = (): void =>
      waitsForGateway(request) ? pace.watch(paced) : fail(bodyTooSlow(MIN_UPLOAD_BYTES_PER_SECOND));
    const paced: PacedUpload = { receivedBytes: 0, tooSlow };
    const onAbort = (): void => fail(signal.reason);
    const onGone = (): void => fail(new ClientDisconnectedError());
    const onReceived = (chunk: Buffer): void => {
      paced.receivedBytes += chunk.length;
      // A compressed body may go on for ever without a byte of content.
      if (paced.receivedBytes > limitBytes) fail(bodyTooLarge(limitBytes));
    };
    let grantedBytes = declaredBytes;
    let chunks = 0;
    const onData = (chunk: Buffer): void => {
      if (source === request) paced.receivedBytes += chunk.length;
      const bytes = parts.bytes + chunk.length;
      if (bytes > limitBytes) return fail(bodyTooLarge(limitBytes));
      if (bytes > grantedBytes) {
        // In steps: chunks may be as small as a byte.
        grantedBytes = Math.min(limitBytes, bytes + GRANT_BYTES);
        try {
          share.growTo(grantedBytes + extraBytes);
        } catch (error) {
          return fail(error);
        }
      }
      parts.add(chunk);
      if (++chunks > MAX_SMALL_CHUNKS && bytes < chunks * MIN_MEAN_CHUNK_BYTES) fail(chunksTooSmall());
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
    request.on('error', onGone);
    if (source !== request) request.on('data', onReceived);
    source.on('data', onData).on('end', onEnd);
    // Stays: a stream that is destroyed while it works may still emit an error.
    if (source !== request) source.on('error', (error) => fail(cannotDecompress(error.message)));
  });
}
