import { createHash } from 'node:crypto';
import { apiKeyPattern, createApiKey, hashApiKey, inspectApiKey, keyHashPattern } from './api-key.ts';

describe('an API key', () => {
  it('has the prefix, 43 characters of secret and 6 of checksum, and is unique', () => {
    const keys = Array.from({ length: 50 }, createApiKey);
    for (const key of keys) expect(key).toMatch(/^oc-[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/);
    expect(new Set(keys).size).toBe(50);
    expect(keys.map(inspectApiKey)).toEqual(keys.map(() => 'sound'));
  });

  it('uses the full alphabet: the random part is not padded', () => {
    const letters = new Set(
      Array.from({ length: 50 }, createApiKey).flatMap((key) => key.slice('oc-'.length + 1, -6).split('')),
    );
    expect(letters.size).toBe(62);
  });

  it('keeps its format, so that scanners continue to find keys', () => {
    // The checksum was computed with Python's zlib.crc32 and the same 62 digits.
    expect(inspectApiKey(`oc-${'0'.repeat(43)}1ckOIq`)).toBe('sound');
  });

  it.each([0, 1, 21, 42, 43, 48])('detects a wrong character at position %i', (place) => {
    const key = createApiKey();
    const at = 'oc-'.length + place;
    const mistyped = key.slice(0, at) + (key[at] === 'x' ? 'y' : 'x') + key.slice(at + 1);
    expect(inspectApiKey(mistyped)).toBe('mistyped');
  });

  it.each([
    '',
    'sk-outcrop-local',
    'oc-short',
    ` ${'oc-'.padEnd(52, 'a')}`,
    'oc-'.padEnd(53, 'a'),
    'oc-'.padEnd(52, '-'),
  ])('does not accept %j', (text) => {
    expect(text).not.toMatch(apiKeyPattern);
    expect(inspectApiKey(text)).toBe('other');
  });

  it('is stored as the SHA-256 of the whole key', () => {
    // printf 'sk-outcrop-local' | sha256sum
    expect(hashApiKey('sk-outcrop-local')).toBe(
      'sha256:f7deb5d3ffee3da99a3460508daa90a46b4c7c5fc8df0650d7fa6cd0aef2a279',
    );
    const key = createApiKey();
    expect(hashApiKey(key)).toBe(`sha256:${createHash('sha256').update(key, 'utf8').digest('hex')}`);
    expect(hashApiKey(key)).toMatch(keyHashPattern);
  });
});
