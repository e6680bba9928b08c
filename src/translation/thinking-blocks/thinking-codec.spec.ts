import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { decodeThoughts, encodeThoughts } from './thinking-codec.ts';
import type { SignedThought } from './signed-thinking.ts';

const base64 = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'));
const text = fc.oneof(fc.string({ unit: 'grapheme' }), base64, fc.constantFrom('', 'abcd', 'YQ=', 'x'.repeat(5_000)));
const thought: fc.Arbitrary<SignedThought> = fc.oneof(
  fc.record({ kind: fc.constant('thinking' as const), text, signature: fc.oneof(base64, text) }),
  fc.record({ kind: fc.constant('redacted' as const), data: fc.oneof(base64, text) }),
);

describe('thoughts as bytes', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.array(thought), (thoughts) => {
        const bytes = encodeThoughts(thoughts);
        expect(bytes && decodeThoughts(bytes)).toEqual(thoughts);
      }),
    );
  });

  it('are not made where they would not', () => {
    expect(encodeThoughts([{ kind: 'thinking', text: '\ud83d', signature: 'YQ==' }])).toBeUndefined();
  });

  it('are nothing when they are other bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(() => decodeThoughts(bytes)).not.toThrow();
      }),
    );
    expect(decodeThoughts(Uint8Array.of(0, 1, 90))).toBeUndefined();
  });
});
