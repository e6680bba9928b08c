import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsException } from '../aws-exception.ts';
import type { Exchange } from './exchange.ts';

/** An assumed role, as the bill of AWS shows it. */
export interface Principal {
  arn: string;
  /** Session tags. */
  tags: Record<string, string>;
}

/** An identity that can sign requests. */
export interface Identity {
  accessKeyId: string;
  secretAccessKey: string;
  bearerToken?: string;
  /** Token of temporary credentials. */
  sessionToken?: string;
  /** Milliseconds since 1970 at which temporary credentials expire. */
  expiresAt?: number;
  principal?: Principal;
}

/** The identities that a service accepts. */
export interface Identities {
  /** The emulator's own identity. */
  own: Identity;
  /** Name of the service in signatures. */
  service: 'bedrock' | 'sts';
  /** Returns an identity of temporary credentials. */
  find: (accessKeyId: string) => Identity | undefined;
}

/** Maximum difference between the time of a signature and the clock. */
const VALID_MS = 5 * 60_000;
const HEADER = /^AWS4-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/;

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/**
 * Returns the identity of a request. Throws what Bedrock returns for a request without a valid signature or bearer token.
 */
export function authenticate(exchange: Exchange, body: Buffer, identities: Identities): Identity {
  const { own } = identities;
  const header = exchange.headers.authorization;
  if (header === undefined)
    throw new AwsException('MissingAuthenticationTokenException', 'Missing Authentication Token');
  if (!header.startsWith('Bearer ')) return checkSignature(header, exchange, body, identities);
  if (!same(header.slice('Bearer '.length), own.bearerToken ?? '')) {
    throw new AwsException('AccessDeniedException', 'Authentication failed: Please make sure your API Key is valid.');
  }
  return own;
}

function checkSignature(
  header: string,
  exchange: Exchange,
  body: Buffer,
  { own, service: signingName, find }: Identities,
): Identity {
  const now = exchange.now();
  const [, credential = '', signedNames = '', signature = ''] = HEADER.exec(header) ?? [];
  const [accessKeyId, date = '', region = '', service, end] = credential.split('/');
  if (end !== 'aws4_request')
    throw new AwsException('InvalidSignatureException', 'The authorization header is malformed.');
  const identity = identityOf(accessKeyId ?? '', exchange, { own, find });
  if (service !== signingName) {
    throw new AwsException(
      'InvalidSignatureException',
      `Credential should be scoped to correct service: '${signingName}'.`,
    );
  }
  const time = exchange.headers['x-amz-date'] ?? '';
  checkTime(time, date, now);
  const scope = `${date}/${region}/${signingName}/aws4_request`;
  const toSign = [
    'AWS4-HMAC-SHA256',
    time,
    scope,
    sha256(canonicalRequest(exchange, signedNames.split(';'), body)),
  ].join('\n');
  let key: Buffer = hmac(`AWS4${identity.secretAccessKey}`, date);
  for (const part of [region, signingName, 'aws4_request']) key = hmac(key, part);
  if (!same(hmac(key, toSign).toString('hex'), signature))
    throw new AwsException('InvalidSignatureException', MISMATCH);
  return identity;
}

/** Returns the identity of an access key. Throws what Bedrock returns for an unknown or expired one. */
function identityOf(
  accessKeyId: string,
  exchange: Exchange,
  { own, find }: Pick<Identities, 'own' | 'find'>,
): Identity {
  const identity = accessKeyId === own.accessKeyId ? own : find(accessKeyId);
  if (identity === undefined || (identity.sessionToken ?? '') !== sessionTokenOf(exchange, identity)) {
    throw new AwsException('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  if (identity.expiresAt !== undefined && identity.expiresAt <= Date.now()) {
    throw new AwsException('ExpiredTokenException', 'The security token included in the request is expired');
  }
  return identity;
}

/** Returns the token of a request. The emulator's own identity has none, and ignores that of a request. */
function sessionTokenOf({ headers }: Exchange, { sessionToken }: Identity): string {
  return sessionToken === undefined ? '' : (headers['x-amz-security-token'] ?? '');
}

function checkTime(time: string, date: string, now: Date): void {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time)?.slice(1).map(Number) ?? [];
  const [year = NaN, month = NaN, day, hour, minute, second] = parts;
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  if (Number.isNaN(at) || !time.startsWith(date)) throw new AwsException('InvalidSignatureException', MISMATCH);
  const stamp = (when: Date): string => when.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  if (at < now.getTime() - VALID_MS) {
    throw new AwsException(
      'InvalidSignatureException',
      `Signature expired: ${time} is now earlier than ${stamp(new Date(now.getTime() - VALID_MS))} (${stamp(now)} - 5 min.)`,
    );
  }
  if (at > now.getTime() + VALID_MS) {
    throw new AwsException(
      'InvalidSignatureException',
      `Signature not yet current: ${time} is still later than ${stamp(new Date(now.getTime() + VALID_MS))} (${stamp(now)} + 5 min.)`,
    );
  }
}

/**
 * Returns the canonical request of Signature Version 4. The path is encoded a second time, as for every service except
 * S3 (AWS IAM user guide, "Create a signed API request").
 */
function canonicalRequest(exchange: Exchange, signedNames: string[], body: Buffer): string {
  const namesHost = signedNames.includes('host') || signedNames.includes(':authority');
  if (!namesHost || !signedNames.includes('x-amz-date')) throw new AwsException('InvalidSignatureException', MISMATCH);
  const lines = signedNames.map((name) => `${name}:${headerOf(exchange, name).trim().replaceAll(/\s+/g, ' ')}`);
  const path = exchange.path.split('/').map(encode).join('/');
  return [
    exchange.method,
    path,
    canonicalQuery(exchange.query),
    ...lines,
    '',
    signedNames.join(';'),
    sha256(body),
  ].join('\n');
}

/** Returns a signed header. Over HTTP/2, the SDK signs the host as `:authority`. */
function headerOf(exchange: Exchange, name: string): string {
  const { headers } = exchange;
  return headers[name] ?? (name === 'host' ? headers[':authority'] : undefined) ?? '';
}

function canonicalQuery(query: string): string {
  const pairs = [...new URLSearchParams(query)].map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return pairs.toSorted().join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function same(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
