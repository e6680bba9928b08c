import type { Transform } from 'node:stream';
import type { ContentCoding } from './body-headers.ts';

const KIBIBYTE = 1024;
const CHUNK_BYTES = 64 * KIBIBYTE;
/** Window size for zstd. Servers must accept windows of 8 MB (RFC 9659); larger ones fail. */
const ZSTD_WINDOW_LOG = 23;

/** Memory of a running decompressor in bytes: its window and its buffers. */
export const DECOMPRESSOR_BYTES: Readonly<Record<ContentCoding, number>> = {
  // The inflate of zlib has a window of 32 KB and about 10 KB of tables (zlib.h).
  gzip: 48 * KIBIBYTE + CHUNK_BYTES,
  deflate: 48 * KIBIBYTE + CHUNK_BYTES,
  // The sender of a Brotli stream chooses a window of up to 16 MB (RFC 7932, 9.1).
  br: 16 * KIBIBYTE * KIBIBYTE + CHUNK_BYTES,
  zstd: 2 ** ZSTD_WINDOW_LOG + 4 * CHUNK_BYTES,
};

/** Returns a stream that decompresses a body. It emits the errors of zlib. */
export async function decompressor(coding: ContentCoding): Promise<Transform> {
  // Loaded when needed, because few clients compress their requests.
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
