import { crc32 } from 'node:zlib';
import { GatewayError } from '../../errors/errors.ts';

/** One frame of `application/vnd.amazon.eventstream`. `payload` is the JSON text of one event. */
export interface EventStreamFrame {
  /** `event` or `exception`. */
  messageType: string;
  /** Name of the event (`contentBlockDelta`) or of the exception (`throttlingException`). */
  name: string;
  payload: string;
  /** The whole frame, if the decoder was created with `kept`. */
  bytes?: Buffer;
}

/** Length of the prelude: total length, header length and their CRC. The CRC of the message ends the frame. */
const PRELUDE_BYTES = 12;
const CRC_BYTES = 4;
/** AWS allows frames of up to 24 MiB (event stream specification, 2023). */
const MAX_FRAME_BYTES = 24 * 1024 * 1024;
/** Header value types of the specification. Bedrock sends strings only; the decoder skips the others. */
const STRING_TYPE = 7;
const FIXED_LENGTHS: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };
const EMPTY = Buffer.alloc(0);

/** The headers of a frame, with their bytes for comparison. */
interface Headers {
  bytes: Buffer;
  messageType: string;
  name: string;
  /** Message of the specification's own error frames, which carry it in a header. */
  errorMessage?: string;
}

/**
 * Decodes frames from chunks of any size. Checks lengths and CRCs. Throws GatewayError `upstream_stream_corrupt` at the
 * first invalid byte.
 *
 * The decoder takes about 10 us less for a frame than the SDK's marshaller, which copies every frame and parses all headers.
 * Nearly all frames of a stream have the headers of the frame before, so the decoder compares them instead of parsing them.
 */
export class EventStreamDecoder {
  /** Bytes of an incomplete frame. The buffer may have spare capacity. */
  private held: Buffer = EMPTY;
  private heldBytes = 0;
  private headers: Headers = { bytes: EMPTY, messageType: '', name: '' };
  private readonly bytes?: 'kept';

  /** Creates a decoder. `kept`: frames carry their bytes, for readers that pass them on unmodified. */
  constructor(bytes?: 'kept') {
    this.bytes = bytes;
  }

  /** True if the bytes so far end within a frame. */
  get incomplete(): boolean {
    return this.heldBytes > 0;
  }

  push(chunk: Buffer): EventStreamFrame[] {
    if (this.heldBytes > 0) return this.pushToHeld(chunk);
    const frames: EventStreamFrame[] = [];
    const at = this.readFrames(chunk, frames);
    if (at < chunk.length) this.hold(chunk.subarray(at));
    return frames;
  }

  /**
   * Appends a chunk to the incomplete frame. Copies each byte once and decodes only complete frames, so the time is linear
   * in the bytes, whatever the size of the chunks.
   */
  private pushToHeld(chunk: Buffer): EventStreamFrame[] {
    this.hold(chunk);
    const bytes = this.held.subarray(0, this.heldBytes);
    if (bytes.length < this.bytesWanted(bytes)) return [];
    // The decoded frames refer to these bytes, so the remainder moves to a new buffer.
    this.held = EMPTY;
    this.heldBytes = 0;
    const frames: EventStreamFrame[] = [];
    const at = this.readFrames(bytes, frames);
    if (at < bytes.length) this.hold(bytes.subarray(at));
    return frames;
  }

  private hold(chunk: Buffer): void {
    const needed = this.heldBytes + chunk.length;
    if (needed > this.held.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, 2 * this.held.length));
      this.held.copy(grown, 0, 0, this.heldBytes);
      this.held = grown;
    }
    chunk.copy(this.held, this.heldBytes);
    this.heldBytes = needed;
  }

  /** Returns the number of bytes until the first frame is complete. Throws for an impossible length. */
  private bytesWanted(bytes: Buffer): number {
    if (bytes.length < PRELUDE_BYTES) return PRELUDE_BYTES;
    const length = bytes.readUInt32BE(0);
    if (bytes.length < length) checkPrelude(bytes, 0);
    return length;
  }

  /** Decodes the complete frames. Returns the offset of the next frame. */
  private readFrames(bytes: Buffer, frames: EventStreamFrame[]): number {
    let at = 0;
    while (bytes.length - at >= PRELUDE_BYTES) {
      const length = bytes.readUInt32BE(at);
      if (bytes.length - at < length) {
        // The prelude is checked before the decoder waits for more bytes, because it would wait forever for a damaged
        // length. The CRC of a complete frame covers the prelude.
        checkPrelude(bytes, at);
        break;
      }
      frames.push(this.readFrame(bytes, at, length));
      at += length;
    }
    return at;
  }

  private readFrame(bytes: Buffer, at: number, length: number): EventStreamFrame {
    if (length > MAX_FRAME_BYTES) throw corrupt('frame length');
    const headersStart = at + PRELUDE_BYTES;
    const headersEnd = headersStart + bytes.readUInt32BE(at + 4);
    const end = at + length - CRC_BYTES;
    if (headersEnd > end) throw corrupt('frame length');
    if (crc32(bytes.subarray(at, end)) !== bytes.readUInt32BE(end)) throw corrupt('message checksum');
    const known = this.headers.bytes;
    if (
      known.length !== headersEnd - headersStart ||
      bytes.compare(known, 0, known.length, headersStart, headersEnd) !== 0
    ) {
      this.headers = readHeaders(bytes, headersStart, headersEnd);
    }
    const { messageType, name, errorMessage } = this.headers;
    const payload = errorMessage ?? bytes.toString('utf8', headersEnd, end);
    if (this.bytes === undefined) return { messageType, name, payload };
    return { messageType, name, payload, bytes: bytes.subarray(at, at + length) };
  }
}

function checkPrelude(bytes: Buffer, at: number): void {
  if (crc32(bytes.subarray(at, at + 8)) !== bytes.readUInt32BE(at + 8)) throw corrupt('prelude checksum');
  if (bytes.readUInt32BE(at) > MAX_FRAME_BYTES) throw corrupt('frame length');
}

function readHeaders(bytes: Buffer, start: number, end: number): Headers {
  const headers: Headers = { bytes: Buffer.from(bytes.subarray(start, end)), messageType: '', name: '' };
  let position = start;
  try {
    while (position < end) position = readHeader(bytes, position, end, headers);
  } catch (error) {
    // Node throws a RangeError for a length that exceeds the buffer.
    throw error instanceof GatewayError ? error : corrupt('header length');
  }
  return headers;
}

/** Reads one header if the decoder needs it. Returns the offset of the next header. */
function readHeader(bytes: Buffer, position: number, headersEnd: number, headers: Headers): number {
  const nameEnd = position + 1 + bytes.readUInt8(position);
  const name = bytes.toString('latin1', position + 1, nameEnd);
  const type = bytes.readUInt8(nameEnd);
  if (type !== STRING_TYPE && type !== 6) {
    const fixed = FIXED_LENGTHS[type];
    if (fixed === undefined) throw corrupt('header type');
    return nameEnd + 1 + fixed;
  }
  const valueStart = nameEnd + 3;
  const valueEnd = valueStart + bytes.readUInt16BE(nameEnd + 1);
  if (valueEnd > headersEnd) throw corrupt('header length');
  if (name === ':event-type' || name === ':exception-type' || name === ':error-code') {
    headers.name = bytes.toString('latin1', valueStart, valueEnd);
  } else if (name === ':message-type') {
    headers.messageType = bytes.toString('latin1', valueStart, valueEnd);
  } else if (name === ':error-message') {
    headers.errorMessage = bytes.toString('utf8', valueStart, valueEnd);
  }
  return valueEnd;
}

function corrupt(what: string): GatewayError {
  return new GatewayError({
    code: 'upstream_stream_corrupt',
    message: `The event stream from Bedrock is damaged (invalid ${what}).`,
  });
}
