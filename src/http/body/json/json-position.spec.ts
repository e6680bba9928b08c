import { describe, expect, it } from '@jest/globals';
import { jsonPosition } from './json-position.ts';

/** Returns the position of the error that JSON.parse finds in `text`. */
function positionIn(text: string): string | undefined {
  try {
    JSON.parse(text);
  } catch (error) {
    return jsonPosition((error as Error).message, text);
  }
  throw new Error('that was JSON');
}

describe('the position of an error in JSON', () => {
  it.each([
    ['{"a": 1,, "b": 2}', 'line 1, column 9'],
    ['{"a":\n{"b": 1', 'line 2, column 8'],
    ['', 'line 1, column 1'],
    [`{\n  "model": "x",\n  "messages": [}],\n  "more": "text"\n}`, 'line 3, column 16'],
    [`{"abcdefghijklmnopqrstuvwxyz": tru}`, 'line 1, column 35'],
    [`{"temperature": 0.5, "stream": yes}`, 'line 1, column 32'],
    [`yes, this is no JSON at all, none`, 'line 1, column 1'],
  ])('in %j is %s', (text, position) => {
    expect(positionIn(text)).toBe(position);
  });

  it('is undefined if the quoted text occurs twice', () => {
    const text = `["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", x]`;
    const repeated = `${text.slice(0, -1)},${text.slice(1)}`;
    const position = positionIn(repeated);
    expect(position === undefined || /^line 1, column \d+$/.test(position)).toBe(true);
  });
});
