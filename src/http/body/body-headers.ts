import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** Content codings that are decompressed; `identity` means none. */
const CODINGS: ReadonlySet<string> = new Set(['gzip', 'deflate', 'br', 'zstd']);

export type ContentCoding = 'gzip' | 'deflate' | 'br' | 'zstd';

/** Returns true if the headers announce a body, which may still have no bytes where it comes in chunks. */
export function announcesBody(headers: IncomingHttpHeaders): boolean {
  const length = headers['content-length'];
  // '00' is a valid length, too.
  return length === undefined ? headers['transfer-encoding'] !== undefined : Number(length) !== 0;
}

/** Returns the bytes that content-length declares; undefined for a body in chunks. Node has checked that it is a number. */
export function declaredLength(headers: IncomingHttpHeaders): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

/** Returns the coding to undo; undefined if there is none, `unknown` if the gateway does not know it. */
export function contentCoding(headers: IncomingHttpHeaders): ContentCoding | 'unknown' | undefined {
  const given = headers['content-encoding']?.trim().toLowerCase();
  if (given === undefined || given === '' || given === 'identity') return undefined;
  return CODINGS.has(given) ? (given as ContentCoding) : 'unknown';
}

/** Returns true for paths of Bedrock's own API, whose bodies pass as bytes. */
export function isBedrockPath(path: string): boolean {
  return path.startsWith('/model/');
}

/** Returns true if bytes of the body are still to come. */
export function isIncomplete(request: IncomingMessage): boolean {
  return !request.complete && announcesBody(request.headers);
}
