import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { withoutEscapedLoneSurrogates } from './well-formed-json.ts';

const clean = (json: string): unknown => JSON.parse(withoutEscapedLoneSurrogates(json));

describe('withoutEscapedLoneSurrogates', () => {
  it.each([
    ['a high surrogate alone', '{"a":"x\\ud83dy"}', { a: 'xy' }],
    ['a low surrogate alone', '{"a":"x\\uDE00y"}', { a: 'xy' }],
    ['two high surrogates and a low one', '["\\ud83d\\ud83d\\ude00"]', ['😀']],
    ['a pair in the wrong order', '["\\ude00\\ud83d"]', ['']],
    ['one in a field name', '{"x\\ud83d":1}', { x: 1 }],
    ['a pair', '["\\ud83d\\ude00"]', ['😀']],
    ['a backslash before what looks like one', '["\\\\ud83d"]', ['\\ud83d']],
    ['an escaped backslash and one', '["\\\\\\ud83d"]', ['\\']],
    ['one before a character of the text', '["\\ud83d😀"]', ['😀']],
  ])('handles %s', (_, json, value) => {
    expect(clean(json)).toEqual(value);
  });

  it('returns the same text if there are none', () => {
    const json = '{"a":"\\u00e4 \\n \\ud7ff \\ue000"}';
    expect(withoutEscapedLoneSurrogates(json)).toBe(json);
  });

  it('returns only well-formed text and loses nothing else', () => {
    const unit = fc.constantFrom(0xd83d, 0xde00, 0x5c, 0x75, 0x64, 0x38, 0x22, 0x41, 0x1f600);
    const escaped = (code: number) =>
      code >= 0xd800 && code <= 0xdfff
        ? `\\u${code.toString(16)}`
        : JSON.stringify(String.fromCodePoint(code)).slice(1, -1);
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 12 }), (codes) => {
        const json = `["${codes.map(escaped).join('')}"]`;
        const [whole] = JSON.parse(json) as [string];
        expect(clean(json)).toEqual([whole.replace(/\p{Surrogate}/gu, '')]);
      }),
      { numRuns: 2_000 },
    );
  });
});
