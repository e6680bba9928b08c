import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const prefix = 'oc-';
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^43 is the first power of 62 above 2^256. */
const secretLength = 43;
/** 62^6 is above 2^32. */
const checksumLength = 6;

/**
 * `oc-`, 256 random bits and a checksum in base 62. Letters and digits only, so that a double click selects it all;
 * the prefix and the checksum let secret scanners know it without asking anyone.
 */
export const apiKeyPattern = /^oc-[0-9A-Za-z]{49}$/;

export const keyHashPattern = /^sha256:[0-9a-f]{64}$/;

export const keyNamePattern = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
export const keyNameDescription =
  'a name of up to 64 letters, digits, dots, dashes, underscores and @, a letter or digit first';

/** A new key; shown once and never stored. */
export function createApiKey(): string {
  const unsigned = prefix + toBase62(BigInt(`0x${randomBytes(32).toString('hex')}`), secretLength);
  return unsigned + checksumOf(unsigned);
}

/**
 * `sound`: has the form of our keys and the right checksum; `mistyped`: the form, but a letter is wrong;
 * `foreign`: something else. None of them says that a configuration knows the key.
 */
export function inspectApiKey(key: string): 'sound' | 'mistyped' | 'foreign' {
  if (!apiKeyPattern.test(key)) return 'foreign';
  const unsigned = key.slice(0, -checksumLength);
  return checksumOf(unsigned) === key.slice(-checksumLength) ? 'sound' : 'mistyped';
}

/** `sha256:` and the hash of the whole key, as `auth.keys[].hash` wants it. 256 random bits need no salt. */
export function hashApiKey(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}

function checksumOf(unsigned: string): string {
  return toBase62(BigInt(crc32(unsigned)), checksumLength);
}

function toBase62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; rest > 0n; rest /= 62n) text = digits.charAt(Number(rest % 62n)) + text;
  return text.padStart(length, '0');
}
