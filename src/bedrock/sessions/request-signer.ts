import { createHmac, hash } from 'node:crypto';

/** AWS credentials for signing requests. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** A request to sign. `body` holds the bytes that are sent. */
export interface UnsignedRequest {
  method: 'GET' | 'POST';
  host: string;
  /** URL-encoded path without query. */
  path: string;
  /** URL-encoded query, sorted by name; empty if there is none. */
  query: string;
  contentType?: string;
  /** Further headers to sign, by lower-case name. Only names that sort after `x-amz-` (`x-amzn-…`). */
  extra?: Readonly<Record<string, string>>;
  body: Buffer;
}

/** Block size of SHA-256, to which HMAC pads its key (RFC 2104). */
const BLOCK_BYTES = 64;
const SERVICE = 'bedrock';
const EMPTY_TOKEN = '';
/** Maximum number of cached paths. Clients may name models by arbitrary ARNs. */
const MAX_ENCODED_PATHS = 1_000;

/**
 * Signs requests with AWS Signature Version 4. The result equals that of the SDK's signer byte for byte, as a property test
 * checks. The signer caches the signing key of the day, padded for HMAC, and hashes in one call. A signature takes about 10
 * us; with the SDK's signer, 70 us.
 */
export class RequestSigner {
  private key?: { day: string; credentials: Credentials; inner: Buffer; outer: Buffer };

  private readonly region: string;
  private readonly paths: Map<string, string>;

  /** `paths` are encoded paths, which several signers can share. */
  constructor(region: string, paths = new Map<string, string>()) {
    this.region = region;
    this.paths = paths;
  }

  /** Returns the signature's headers and `host`. `at` is the corrected AWS time. */
  sign(request: UnsignedRequest, credentials: Credentials, at: Date): Record<string, string> {
    const time = compact(at.toISOString());
    const day = time.slice(0, 8);
    const token = credentials.sessionToken ?? EMPTY_TOKEN;
    const type = request.contentType;
    const extra = request.extra === undefined ? [] : Object.keys(request.extra).sort();
    const signedNames =
      `${type ? 'content-type;' : ''}host;x-amz-date${token ? ';x-amz-security-token' : ''}` +
      extra.map((name) => `;${name}`).join('');
    const canonical =
      `${request.method}\n${this.encodedPath(request.path)}\n${request.query}\n` +
      `${type ? `content-type:${type}\n` : ''}host:${request.host}\nx-amz-date:${time}\n` +
      (token ? `x-amz-security-token:${token}\n` : '') +
      extra.map((name) => `${name}:${canonicalValue(request.extra![name]!)}\n`).join('') +
      `\n${signedNames}\n${hash('sha256', request.body)}`;
    const scope = `${day}/${this.region}/${SERVICE}/aws4_request`;
    const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', canonical)}`;
    const { inner, outer } = this.keyFor(day, credentials);
    const digest = hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'buffer');
    const signature = hash('sha256', Buffer.concat([outer, digest]));
    const headers: Record<string, string> = {
      host: request.host,
      'x-amz-date': time,
      authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedNames}, Signature=${signature}`,
    };
    if (token) headers['x-amz-security-token'] = token;
    return headers;
  }

  /** Returns the encoded path from a cache: there are few paths, and encoding one takes as long as a hash. */
  private encodedPath(path: string): string {
    const known = this.paths.get(path);
    if (known !== undefined) return known;
    if (this.paths.size >= MAX_ENCODED_PATHS) this.paths.clear();
    const encodedPath = doubleEncoded(path);
    this.paths.set(path, encodedPath);
    return encodedPath;
  }

  private keyFor(day: string, credentials: Credentials): { inner: Buffer; outer: Buffer } {
    if (this.key?.day === day && this.key.credentials === credentials) return this.key;
    const steps = [day, this.region, SERVICE, 'aws4_request'];
    const start: Buffer = Buffer.from(`AWS4${credentials.secretAccessKey}`);
    const signingKey = steps.reduce((key, step) => createHmac('sha256', key).update(step).digest(), start);
    this.key = { day, credentials, inner: padded(signingKey, 0x36), outer: padded(signingKey, 0x5c) };
    return this.key;
  }
}

/** Converts `2026-11-22T10:30:15.123Z` to AWS's format `20261122T103015Z`. */
function compact(iso: string): string {
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
}

/** Trims a header value and joins its consecutive spaces (AWS documentation, Signature Version 4). */
function canonicalValue(value: string): string {
  return value.trim().replaceAll(/ +/g, ' ');
}

function padded(key: Buffer, pad: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES, pad);
  for (const [index, byte] of key.entries()) block[index] = byte ^ pad;
  return block;
}

/**
 * Encodes a path that is already encoded. Every service but S3 signs the path in this form (AWS documentation, Signature
 * Version 4).
 */
function doubleEncoded(path: string): string {
  return encoded(path).replaceAll('%2F', '/');
}

/** Encodes a query for the signature and the URL, sorted by name. */
export function canonicalQuery(query: Readonly<Record<string, string>>): string {
  return Object.keys(query)
    .sort()
    .map((name) => `${encoded(name)}=${encoded(query[name]!)}`)
    .join('&');
}

/** Percent-encodes by RFC 3986, which encodes more characters than encodeURIComponent does. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
