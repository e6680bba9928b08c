import { describe, expect, it } from '@jest/globals';

import { omittedImages, type SentImage } from './image-limits.ts';

const LIMITS = { max: 100, few: 20, pixelsOfMany: 2_000 };

interface Row {
  count: number;
  pixels?: number;
  isNew?: boolean;
}

function images(...rows: Row[]): SentImage[] {
  return rows.flatMap(({ count, pixels = 10, isNew = false }) =>
    Array.from({ length: count }, () => ({ isNew, param: '', size: () => ({ width: 10, height: pixels }) })),
  );
}

/** Returns the indexes of omitted images as `from-to`. Expects them to be consecutive. */
function omitted(rows: Row[], documents = 0): string {
  const all = images(...rows);
  const indexes = [...omittedImages(all, documents, LIMITS)].map((image) => all.indexOf(image)).sort((a, b) => a - b);
  expect(indexes).toEqual(indexes.map((_, index) => indexes[0]! + index));
  return indexes.length === 0 ? 'none' : `${indexes[0]}-${indexes.at(-1)}`;
}

describe('images of earlier turns', () => {
  it.each<[string, Row[], string]>([
    ['are all sent within the limits', [{ count: 99 }, { count: 1, isNew: true }], 'none'],
    ['lose the oldest ones in steps', [{ count: 100 }, { count: 1, isNew: true }], '0-19'],
    ['lose the same ones until the next step', [{ count: 110 }, { count: 10, isNew: true }], '0-19'],
    ['lose more at the next step', [{ count: 111 }, { count: 10, isNew: true }], '0-39'],
    ['leave space for the largest possible newest turn', [{ count: 5 }, { count: 100, isNew: true }], '0-4'],
    [
      'can be large while there are few',
      [
        { count: 19, pixels: 8_000 },
        { count: 1, isNew: true },
      ],
      'none',
    ],
    ['are omitted if large, while there are many', [{ count: 3 }, { count: 2, pixels: 2_001 }, { count: 20 }], '3-4'],
    [
      'are omitted if large, until few remain',
      [
        { count: 9, pixels: 2_001 },
        { count: 15, isNew: true },
      ],
      '0-3',
    ],
    [
      'are omitted in steps if large',
      [
        { count: 21, pixels: 2_001 },
        { count: 1, isNew: true },
      ],
      '0-3',
    ],
    [
      'lose the same large ones until the next step',
      [
        { count: 23, pixels: 2_001 },
        { count: 1, isNew: true },
      ],
      '0-3',
    ],
    [
      'are omitted for a large one of the newest turn',
      [{ count: 30 }, { count: 1, pixels: 3_000, isNew: true }],
      '0-11',
    ],
    [
      'are omitted if they exceed the limit of a single image',
      [
        { count: 1, pixels: 8_001 },
        { count: 1, isNew: true },
      ],
      '0-0',
    ],
  ])('%s', (_what, rows, expected) => {
    expect(omitted(rows)).toBe(expected);
  });

  it('leave space for documents', () => {
    expect(omitted([{ count: 95 }, { count: 1, isNew: true }], 5)).toBe('0-18');
  });
});

it.each<[string, Row[]]>([
  ['100 images', [{ count: 101, isNew: true }]],
  [
    'for many-image requests: 2000 pixels',
    [
      { count: 20, isNew: true },
      { count: 1, pixels: 2_001, isNew: true },
    ],
  ],
  ['8000 pixels on each side', [{ count: 1, pixels: 8_001, isNew: true }]],
])('rejects an excess in the newest turn: %s', (text, rows) => {
  expect(() => omittedImages(images(...rows), 0, LIMITS)).toThrow(text);
});
