import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { decodeBase64Range, normalizeBase64, decodedLength } from './base64.ts';

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));

describe('base64', () => {
  it('has the length and ranges of the decoded bytes', () => {
    fc.assert(
      fc.property(bytes, fc.nat(220), fc.nat(40), (bytes, offset, length) => {
        const base64 = bytes.toString('base64');
        expect(decodedLength(base64)).toBe(bytes.length);
        expect(decodeBase64Range(base64, offset, length).equals(bytes.subarray(offset, offset + length))).toBe(true);
      }),
    );
  });

  it('is returned unchanged if it is valid', () => {
    fc.assert(
      fc.property(bytes, (bytes) => {
        const base64 = bytes.toString('base64');
        expect(normalizeBase64(base64)).toBe(base64);
      }),
    );
  });

  it('is repaired for variants of encoders: alphabet, line breaks, padding', () => {
    fc.assert(
      fc.property(bytes, (bytes) => {
        const lines = bytes.toString('base64').replaceAll(/.{1,19}/g, '$&\r\n');
        expect(normalizeBase64(lines)).toBe(bytes.toString('base64'));
        expect(normalizeBase64(bytes.toString('base64url'))).toBe(bytes.toString('base64'));
      }),
    );
  });

  it('is repaired at every position, but not outside Latin-1', () => {
    expect(normalizeBase64('-_'.repeat(8))).toBe('+/'.repeat(8));
    expect(normalizeBase64('AA\n\t '.repeat(8))).toBe('AA'.repeat(8));
    expect(normalizeBase64('\ufeffAAAA\ufeff')).toBe('AAAA');
    expect(normalizeBase64('AA\u0141AA')).toBeUndefined();
  });

  it.each(['A', 'AAAAA', 'AA=A', 'A===', '====', '=', 'AAAA=A==', 'AA!=', 'http://a', 'é'])(
    'does not include %j',
    (text) => {
      expect(normalizeBase64(text)?.length ?? 0).toBe(0);
    },
  );

  it('is checked in time that is linear in its length', () => {
    const started = performance.now();
    for (const hostile of ['='.repeat(4_000_000), `${'A'.repeat(4_000_000)}!`, `${'='.repeat(4_000_000)}A`]) {
      expect(normalizeBase64(hostile)).toBeUndefined();
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
