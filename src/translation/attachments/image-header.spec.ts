import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { readImageHeader as readEmulatorHeader } from '../../../emulator/rules/image-header.ts';
import { gif, jpeg, OLE, PDF, png, webp, zip } from '../../../test/support/media-files.ts';
import { readImageHeader } from './image-header.ts';

const read = (bytes: Buffer) => readImageHeader(bytes.toString('base64'));
const size = { width: 4_321, height: 1_234 };

describe('the header of an image', () => {
  it.each([
    ['png', png(size)],
    ['gif', gif(size)],
    ['jpeg', jpeg(size)],
    ['jpeg', jpeg({ ...size, exif: 60_000 })],
    ['webp', webp('VP8X', size)],
    ['webp', webp('VP8L', size)],
    ['webp', webp('VP8 ', size)],
  ])('contains format and size: %s', (format, bytes) => {
    expect(read(bytes)).toEqual({ format, ...size });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a PDF', PDF],
    ['a DOCX', zip('word/document.xml')],
    ['a DOC', OLE],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['BMP', Buffer.from('BM000000000000000000000000000000')],
    ['the first bytes of a PNG', png().subarray(0, 12)],
  ])('is not found in %s', (_what, bytes) => {
    expect(read(bytes)).toBeUndefined();
  });

  it('never throws for damaged bytes', () => {
    const image = fc.constantFrom(png(size), gif(size), jpeg(size), webp('VP8X', size), webp('VP8L', size));
    fc.assert(
      fc.property(image, fc.nat(60), fc.nat(255), fc.nat(60), (image, at, byte, end) => {
        const bytes = Buffer.from(image.subarray(0, end));
        bytes[Math.min(at, bytes.length)] = byte;
        expect(() => read(bytes)).not.toThrow();
      }),
    );
  });

  it('equals the header that the emulator reads', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_000 }), fc.integer({ min: 1, max: 9_000 }), (width, height) => {
        for (const bytes of [png({ width, height }), gif({ width, height }), webp('VP8L', { width, height })]) {
          expect(read(bytes)).toEqual(readEmulatorHeader(bytes));
        }
      }),
    );
  });
});
