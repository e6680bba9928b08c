import type { Readable } from 'node:stream';
import type { BodyReservation } from '../../admission/uploads/body-reservation.ts';
import { ClientDisconnectedError, type GatewayRequest } from '../context/http-request-context.ts';
import { bodyTooLarge, bodyTooSlow, cannotDecompress, chunksTooSmall } from './body-errors.ts';
import { type ContentCoding, declaredLength } from './body-headers.ts';
import { BodyParts } from './body-parts.ts';
import { decompressor, DECOMPRESSOR_BYTES } from './decompressor.ts';
import { MIN_UPLOAD_BYTES_PER_SECOND, type PacedUpload, type UploadPace } from './upload-pace.ts';

/** Number of chunks above which their mean size is limited. Each chunk takes a microsecond or more, whatever its size. */
const MAX_SMALL_CHUNKS = 65_536;
const MIN_MEAN_CHUNK_BYTES = 64;
/** Bytes by which the share of a body of unknown length grows at a time. */
const GRANT_BYTES = 64 * 1024;

/** Limits and accounting of a body that is received. */
export interface Receiving {
  reservation: BodyReservation;
  pace: UploadPace;
  limitBytes: number;
}

/**
 * Receives a body. Its share of the body budget grows as it arrives. Rejects with GatewayError 400 `body_chunks_too_small`,
 * 408, 413, 429 or 503, or with the cancel reason of the request. After a failure, the rest of the body stays unread.
 */
export function receiveBody(request: GatewayRequest, receiving: Receiving): Promise<Buffer> {
  const length = declaredLength(request.headers);
  const parts = new BodyParts(length);
  return collect(request, { ...receiving, source: request, parts, extraBytes: 0, declaredBytes: length ?? 0 });
}

/**
 * Receives a compressed body as `receiveBody` does. Also rejects with GatewayError 400 `invalid_body` if it cannot be
 * decompressed.
 */
export async function receiveCompressed(
  request: GatewayRequest,
  coding: ContentCoding,
  receiving: Receiving,
): Promise<Buffer> {
  const source = await decompressor(coding);
  try {
    const extraBytes = DECOMPRESSOR_BYTES[coding];
    // A body that does not fit beside its decompressor is too large: a retry would not help.
    const limitBytes = Math.min(receiving.limitBytes, Math.max(0, receiving.reservation.largest - extraBytes));
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

/** Returns true if the client has sent the whole body, or its bytes wait for the decompressor. */
function waitsForGateway(request: GatewayRequest): boolean {
  return request.complete || request.isPaused();
}

interface Collecting extends Receiving {
  /** The request, or the decompressed stream. */
  source: Readable;
  parts: BodyParts;
  /** Bytes of the share in addition to those of the body. */
  extraBytes: number;
  /** Bytes of the share at the start. */
  declaredBytes: number;
}

function collect(request: GatewayRequest, collecting: Collecting): Promise<Buffer> {
  const { source, parts, reservation, pace, limitBytes, extraBytes, declaredBytes } = collecting;
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
    const onTooSlow = (): void =>
      waitsForGateway(request) ? pace.watch(paced) : fail(bodyTooSlow(MIN_UPLOAD_BYTES_PER_SECOND));
    const paced: PacedUpload = { receivedBytes: 0, tooSlow: onTooSlow };
    const onAbort = (): void => fail(signal.reason);
    const onGone = (): void => fail(new ClientDisconnectedError());
    const onReceived = (chunk: Buffer): void => {
      paced.receivedBytes += chunk.length;
      // A compressed body can continue forever without content.
      if (paced.receivedBytes > limitBytes) fail(bodyTooLarge(limitBytes));
    };
    let grantedBytes = declaredBytes;
    let chunks = 0;
    const onData = (chunk: Buffer): void => {
      if (source === request) paced.receivedBytes += chunk.length;
      const bytes = parts.bytes + chunk.length;
      if (bytes > limitBytes) return fail(bodyTooLarge(limitBytes));
      if (bytes > grantedBytes) {
        // The share grows in steps, because a chunk can be a single byte.
        grantedBytes = Math.min(limitBytes, bytes + GRANT_BYTES);
        try {
          reservation.growTo(grantedBytes + extraBytes);
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
      const body = parts.toBuffer();
      reservation.shrinkTo(body.length);
      resolve(body);
    };
    signal.addEventListener('abort', onAbort);
    pace.watch(paced);
    request.on('error', onGone);
    if (source !== request) request.on('data', onReceived);
    source.on('data', onData).on('end', onEnd);
    // This listener stays, because a stream that is destroyed while it works may still emit an error.
    if (source !== request) source.on('error', (error) => fail(cannotDecompress(error.message)));
  });
}
