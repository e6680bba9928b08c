import type { Transform } from 'node:stream';
import type { ContentCoding } from './body-headers.ts';

const KIBIBYTE = 1024;
const CHUNK_BYTES = 64 * KIBIBYTE;
/** Servers need to accept windows of 8 MB for zstd (RFC 9659); larger ones fail. */
const ZSTD_WINDOW_LOG = 23;

/** Bytes that a decompressor takes while it runs: its window and its buffers. */
export const DECOMPRESSOR_BYTES: Readonly<Record<ContentCoding, number>> = {
  // zlib's inflate has a window of 32 KB and some 10 KB of tables (zlib.h).
  gzip: 48 * KIBIBYTE + CHUNK_BYTES,
  deflate: 48 * KIBIBYTE + CHUNK_BYTES,
  // Brotli takes a window of up to 16 MB, as large as the sender chooses (RFC 7932, 9.1).
  br: 16 * KIBIBYTE * KIBIBYTE + CHUNK_BYTES,
  zstd: 2 ** ZSTD_WINDOW_LOG + 4 * CHUNK_BYTES,
};

/** Returns a stream that undoes a content coding. It emits errors of zlib. */
export async function decompressor(coding: ContentCoding): Promise<Transform> {
  // Few clients compress; the others need not load it.
  const { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress, constants } =
    await import('node:zlib');
  const chunkSize = CHUNK_BYTES;
  switch (coding) {
    case 'gzip':
      return createGunzip({ chunkSize });
    case 'deflate':
      return createInflate({ chunkSize });
    case 'br':
      return createBrotliDecompress({ chunkSize });
    case 'zstd':
      return createZstdDecompress({ chunkSize, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } });
    default:
      return coding satisfies never;
  }
}
