import { describe, expect, it } from '@jest/globals';
import { parseDataUri } from './data-uri.ts';

describe('a data: URL', () => {
  it('can have parameters before the base64 marker', () => {
    const parsed = { type: 'image/png', base64: 'AAAA' };
    expect(parseDataUri('data:image/png;base64,AAAA')).toEqual(parsed);
    expect(parseDataUri('DATA:Image/PNG;name=a.png;charset=utf-8; base64,AAAA')).toEqual(parsed);
    expect(parseDataUri('data:;base64,AAAA')).toEqual({ type: '', base64: 'AAAA' });
  });

  it.each([
    ['text', 'data:text/plain,abc'],
    ['no content', 'data:image/png;base64'],
    ['more parameters than any encoder sends', `data:image/png${';'.repeat(20_000_000)}base64,AAAA`],
  ])('is not parsed if it has %s', (_, text) => {
    expect(parseDataUri(text)).toBeUndefined();
  });
});
