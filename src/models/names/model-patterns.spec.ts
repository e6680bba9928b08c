import { describe, expect, it } from '@jest/globals';
import { ModelPatterns } from './model-patterns.ts';

/** Returns all texts of up to `length` of these characters. */
function textsOf(characters: string, length: number): string[] {
  if (length === 0) return [''];
  const shorter = textsOf(characters, length - 1);
  return [...new Set([...shorter, ...shorter.flatMap((text) => characters.split('').map((one) => text + one))])];
}

describe('ModelPatterns', () => {
  it('match the same short texts as expressions with .* do', () => {
    const texts = textsOf('ab', 5);
    for (const pattern of textsOf('ab*', 5).filter((text) => text.includes('*'))) {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
      const patterns = new ModelPatterns([pattern]);
      const differing = texts.filter((text) => patterns.test(text) !== expression.test(text));
      expect([pattern, differing]).toEqual([pattern, []]);
    }
  });

  it('ignore entries without a wildcard', () => {
    for (const text of ['', 'a', 'ab']) expect(new ModelPatterns(['', 'a']).test(text)).toBe(false);
  });

  it('match no text with a line break', () => {
    for (const text of ['claude-\n', 'claude-\u2028x']) expect(new ModelPatterns(['claude-*']).test(text)).toBe(false);
  });

  // An expression with .* would take years for each of them.
  it.each([
    ['many wildcards in a row', `${'*'.repeat(60)}!`, 'claude-haiku-4-5-20251001'],
    ['wildcards between letters', `us.${'*a'.repeat(60)}!`, `us.anthropic.${'a'.repeat(2_000)}`],
    ['wildcards between words', `${'*-'.repeat(40)}!`, '-'.repeat(200)],
  ])('end at once for %s', (_, pattern, text) => {
    expect(new ModelPatterns([pattern]).test(text)).toBe(false);
    expect(new ModelPatterns([pattern]).test(`${text}!`)).toBe(true);
  });
});
