import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { decodeThinking, encodeThinking } from './thinking-codec.ts';
import type { SignedThinking } from './signed-thinking.ts';

const base64 = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'));
const text = fc.oneof(fc.string({ unit: 'grapheme' }), base64, fc.constantFrom('', 'abcd', 'YQ=', 'x'.repeat(5_000)));
const thought: fc.Arbitrary<SignedThinking> = fc.oneof(
  fc.record({ kind: fc.constant('thinking' as const), text, signature: fc.oneof(base64, text) }),
  fc.record({ kind: fc.constant('redacted' as const), data: fc.oneof(base64, text) }),
);

describe('thoughts as bytes', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.array(thought), (thoughts) => {
        const bytes = encodeThinking(thoughts);
        expect(bytes && decodeThinking(bytes)).toEqual(thoughts);
      }),
    );
  });

  it('are not made where they would not', () => {
    expect(encodeThinking([{ kind: 'thinking', text: '\ud83d', signature: 'YQ==' }])).toBeUndefined();
  });

  it('are nothing when they are other bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(() => decodeThinking(bytes)).not.toThrow();
      }),
    );
    expect(decodeThinking(Uint8Array.of(0, 1, 90))).toBeUndefined();
  });
});
