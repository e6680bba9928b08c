import { decodeBase64Range } from './base64.ts';

/** Image formats that Bedrock accepts. */
export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp';

/**
 * Format and size of an image, read from its first bytes. Clients declare wrong types. Sizes are absent if not found.
 */
export interface ImageHeader extends ImageSize {
  format: ImageFormat;
}

/** Size in pixels. */
export interface ImageSize {
  width?: number;
  height?: number;
}

/** Bytes that contain the header of every format except JPEG, whose size follows segments of any length. */
const HEAD_BYTES = 30;
const PNG_SIGNATURE = '89504e470d0a1a0a';
/** Maximum segments before the frame header of a JPEG: Exif, color profiles, tables. Real files have a few dozen. */
const MAX_SEGMENTS = 200;

/** Reads the header of an image in base64. Returns undefined for formats that Bedrock does not accept. */
export function readImageHeader(base64: string): ImageHeader | undefined {
  const head = decodeBase64Range(base64, 0, HEAD_BYTES);
  if (head.length >= 24 && head.toString('hex', 0, 8) === PNG_SIGNATURE) {
    return { format: 'png', width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
  }
  if (head.length >= 10 && /^GIF8[79]a$/.test(head.toString('latin1', 0, 6))) {
    return { format: 'gif', width: head.readUInt16LE(6), height: head.readUInt16LE(8) };
  }
  if (head.length >= 4 && head.toString('hex', 0, 3) === 'ffd8ff') return { format: 'jpeg', ...jpegSize(base64) };
  if (head.length >= 12 && head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP') {
    return { format: 'webp', ...webpSize(head) };
  }
  return undefined;
}

/**
 * Reads the size of a JPEG. Skips from segment to segment, reading nine bytes of each, until the frame header (SOF0 to
 * SOF15, except DHT, JPG and DAC).
 */
function jpegSize(base64: string): ImageSize {
  let at = 2;
  for (let segment = 0; segment < MAX_SEGMENTS; segment += 1) {
    const bytes = decodeBase64Range(base64, at, 9);
    if (bytes.length < 9 || bytes[0] !== 0xff) return {};
    const marker = bytes[1] ?? 0;
    if (isFrame(marker)) return { height: bytes.readUInt16BE(5), width: bytes.readUInt16BE(7) };
    // Any number of fill bytes 0xff can precede a marker.
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(2);
  }
  return {};
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function webpSize(head: Buffer): ImageSize {
  if (head.length < HEAD_BYTES) return {};
  switch (head.toString('latin1', 12, 16)) {
    case 'VP8X':
      return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 };
    case 'VP8 ':
      return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = head.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    default:
      return {};
  }
}
