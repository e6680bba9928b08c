import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { decodeThinking, encodeThinking } from './thinking-codec.ts';
import type { SignedThinking } from './signed-thinking.ts';

const base64 = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'));
const text = fc.oneof(fc.string({ unit: 'grapheme' }), base64, fc.constantFrom('', 'abcd', 'YQ=', 'x'.repeat(5_000)));
const thinkingBlock: fc.Arbitrary<SignedThinking> = fc.oneof(
  fc.record({ kind: fc.constant('thinking' as const), text, signature: fc.oneof(base64, text) }),
  fc.record({ kind: fc.constant('redacted' as const), data: fc.oneof(base64, text) }),
);

describe('thinking encoded as bytes', () => {
  it('decodes to the original thinking', () => {
    fc.assert(
      fc.property(fc.array(thinkingBlock), (blocks) => {
        const bytes = encodeThinking(blocks);
        expect(bytes && decodeThinking(bytes)).toEqual(blocks);
      }),
    );
  });

  it('is undefined if the text is not well-formed UTF-16, because it would decode to another text', () => {
    expect(encodeThinking([{ kind: 'thinking', text: '\ud83d', signature: 'YQ==' }])).toBeUndefined();
  });

  it('decodes other bytes to undefined, without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(() => decodeThinking(bytes)).not.toThrow();
      }),
    );
    expect(decodeThinking(Uint8Array.of(0, 1, 90))).toBeUndefined();
  });
});
