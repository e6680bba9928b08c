import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** Content codings that the gateway decompresses. `identity` means no coding. */
const CODINGS: ReadonlySet<string> = new Set(['gzip', 'deflate', 'br', 'zstd']);

export type ContentCoding = 'gzip' | 'deflate' | 'br' | 'zstd';

/** Returns true if the headers announce a body. A chunked body may still be empty. */
export function announcesBody(headers: IncomingHttpHeaders): boolean {
  const length = headers['content-length'];
  // `00` is a valid length, too.
  return length === undefined ? headers['transfer-encoding'] !== undefined : Number(length) !== 0;
}

/** Returns the content-length in bytes; undefined for a chunked body. Node has checked that it is a number. */
export function declaredLength(headers: IncomingHttpHeaders): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

/** Returns the content coding of the body; undefined if there is none, `unknown` if the gateway does not support it. */
export function contentCoding(headers: IncomingHttpHeaders): ContentCoding | 'unknown' | undefined {
  const coding = headers['content-encoding']?.trim().toLowerCase();
  if (coding === undefined || coding === '' || coding === 'identity') return undefined;
  return CODINGS.has(coding) ? (coding as ContentCoding) : 'unknown';
}

/** Returns true for paths of Bedrock's own API. Their bodies pass unmodified. */
export function isBedrockPath(path: string): boolean {
  return path.startsWith('/model/');
}

/** Returns true if the body has not arrived completely. */
export function isIncomplete(request: IncomingMessage): boolean {
  return !request.complete && announcesBody(request.headers);
}
