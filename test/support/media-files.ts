import { deflateSync } from 'node:zlib';

// Minimal real files, built in code so that every byte is explained.

const text = (latin1: string): Buffer => Buffer.from(latin1, 'latin1');

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(Buffer.concat([text(type), data])));
  return Buffer.concat([length, text(type), data, crc]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Returns a grayscale PNG with a text chunk of `bytes` bytes. */
export function png({ width = 1, height = 1, ballast = 0 } = {}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    text('\u0089PNG\r\n\u001a\n'),
    chunk('IHDR', header),
    ...(ballast > 0 ? [chunk('tEXt', Buffer.alloc(ballast, 'a'))] : []),
    chunk('IDAT', deflateSync(Buffer.alloc(width === 1 ? 2 : 0))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export function gif({ width = 1, height = 1 } = {}): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt16LE(width, 0);
  size.writeUInt16LE(height, 2);
  return Buffer.concat([
    text('GIF89a'),
    size,
    Buffer.from('800000000000ffffff2c00000000010001000002024401003b', 'hex'),
  ]);
}

/** Returns a JPEG whose frame header follows an Exif segment of `exif` bytes and three fill bytes. */
export function jpeg({ width = 1, height = 1, exif = 20 } = {}): Buffer {
  const segment = Buffer.alloc(4 + exif);
  segment.writeUInt16BE(0xffe1, 0);
  segment.writeUInt16BE(2 + exif, 2);
  const frame = Buffer.from('ffc0000b080000000001011100', 'hex');
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return Buffer.concat([text('\u00ff\u00d8'), segment, text('\u00ff\u00ff\u00ff'), frame, text('\u00ff\u00d9')]);
}

export function webp(kind: 'VP8X' | 'VP8L' | 'VP8 ', { width = 1, height = 1 } = {}): Buffer {
  const head = Buffer.alloc(30);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(22, 4);
  head.write(`WEBP${kind}`, 8, 'latin1');
  if (kind === 'VP8X') {
    head.writeUIntLE(width - 1, 24, 3);
    head.writeUIntLE(height - 1, 27, 3);
  } else if (kind === 'VP8L') {
    head[20] = 0x2f;
    head.writeUInt32LE(((width - 1) | ((height - 1) << 14)) >>> 0, 21);
  } else {
    head.set([0x9d, 0x01, 0x2a], 23);
    head.writeUInt16LE(width, 26);
    head.writeUInt16LE(height, 28);
  }
  return head;
}

export const PDF = text('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');

/** Returns the beginning of a ZIP archive with one stored, empty file; `word/document.xml` makes it a DOCX. */
export function zip(name: string): Buffer {
  const header = Buffer.alloc(30);
  header.write('PK\u0003\u0004', 0, 'latin1');
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, text(name)]);
}

/** The signature of the older Office files. */
export const OLE = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504)]);

export const WAV = Buffer.concat([
  text('RIFF\u0024\u0000\u0000\u0000WAVEfmt \u0010\u0000\u0000\u0000'),
  Buffer.alloc(24),
]);

export function dataUrl(bytes: Buffer, type = 'image/png'): string {
  return `data:${type};base64,${bytes.toString('base64')}`;
}
