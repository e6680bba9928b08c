import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const prefix = 'oc-';
const HASH_PREFIX = 'sha256:';
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^43 is the first power of 62 above 2^256. */
const secretLength = 43;
/** 62^6 is above 2^32. */
const checksumLength = 6;

/**
 * Matches a key: `oc-`, 256 random bits and a checksum in base 62. It has only letters and digits, so that a double click
 * selects it. Secret scanners recognize it by prefix and checksum without a request.
 */
export const apiKeyPattern = /^oc-[0-9A-Za-z]{49}$/;

export const keyHashPattern = /^sha256:[0-9a-f]{64}$/;

export const keyNamePattern = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
export const keyNameDescription =
  'a name of up to 64 letters, digits, dots, dashes, underscores and @, starting with a letter or digit';

/** Creates a new key. It is shown once and never stored. */
export function createApiKey(): string {
  const unsigned = prefix + toBase62(BigInt(`0x${randomBytes(32).toString('hex')}`), secretLength);
  return unsigned + checksumOf(unsigned);
}

/**
 * Classifies a text. `sound`: the form of a key with the right checksum. `mistyped`: the form with a wrong checksum.
 * `other`: any other text. The result does not depend on the configured keys.
 */
export function inspectApiKey(key: string): 'sound' | 'mistyped' | 'other' {
  if (!apiKeyPattern.test(key)) return 'other';
  const unsigned = key.slice(0, -checksumLength);
  return checksumOf(unsigned) === key.slice(-checksumLength) ? 'sound' : 'mistyped';
}

/** Returns `sha256:` and the hash of the whole key, for `auth.keys[].hash`. 256 random bits need no salt. */
export function hashApiKey(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}

/** Returns the digest, 32 bytes, in a hash of `hashApiKey`. */
export function keyDigest(keyHash: string): Buffer {
  return Buffer.from(keyHash.slice(HASH_PREFIX.length), 'hex');
}

function checksumOf(unsigned: string): string {
  return toBase62(BigInt(crc32(unsigned)), checksumLength);
}

function toBase62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; rest > 0n; rest /= 62n) text = digits.charAt(Number(rest % 62n)) + text;
  return text.padStart(length, '0');
}
