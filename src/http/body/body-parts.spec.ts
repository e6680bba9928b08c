import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { BodyParts } from './body-parts.ts';

describe('the chunks of a body', () => {
  it.each(['declared', 'unknown'] as const)('come out in one piece, with a %s length', (length) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200_000 }), { maxLength: 8 }), (chunks) => {
        const all = Buffer.concat(chunks);
        const parts = new BodyParts(length === 'declared' ? all.length : undefined);
        for (const chunk of chunks) parts.add(Buffer.from(chunk));
        expect(parts.bytes).toBe(all.length);
        expect(parts.whole().equals(all)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['of their own', () => Buffer.from(new Uint8Array(1))],
    ['that they share', () => Buffer.alloc(65_536).subarray(0, 1)],
  ])('of one byte do not keep alive the buffers %s', (_, chunk) => {
    const parts = new BodyParts();
    for (let index = 0; index < 1_000; index++) {
      parts.add(chunk());
    }
    const whole = parts.whole();
    expect(whole).toHaveLength(1_000);
    // One block for all: none of the chunks is part of the result.
    expect(whole.buffer.byteLength).toBe(65_536);
  });
});
