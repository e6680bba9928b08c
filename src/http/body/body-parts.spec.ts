import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { BodyParts } from './body-parts.ts';

describe('BodyParts', () => {
  it.each(['declared', 'unknown'] as const)('joins the chunks of a body with a %s length', (length) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200_000 }), { maxLength: 8 }), (chunks) => {
        const all = Buffer.concat(chunks);
        const parts = new BodyParts(length === 'declared' ? all.length : undefined);
        for (const chunk of chunks) parts.add(Buffer.from(chunk));
        expect(parts.bytes).toBe(all.length);
        expect(parts.toBuffer().equals(all)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['each their own', () => Buffer.from(new Uint8Array(1))],
    ['a shared one', () => Buffer.alloc(65_536).subarray(0, 1)],
  ])('does not keep the buffers of one-byte chunks in memory: %s', (_, chunk) => {
    const parts = new BodyParts();
    for (let index = 0; index < 1_000; index++) {
      parts.add(chunk());
    }
    const whole = parts.toBuffer();
    expect(whole).toHaveLength(1_000);
    // All chunks are copied into one block.
    expect(whole.buffer.byteLength).toBe(65_536);
  });
});
