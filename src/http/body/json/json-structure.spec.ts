import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { countJsonNodes } from './json-structure.ts';
import { MAX_BODY_DEPTH, MAX_BODY_NODES, MAX_BODY_SHAPES } from './structure-limits.ts';
import { countValueNodes } from './value-structure.ts';

function count(text: string): number {
  return countJsonNodes(Buffer.from(text));
}

/** Returns the code of the error; undefined if there is none. */
function refusal(check: () => unknown): unknown {
  try {
    check();
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const nestedObjects = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

describe('countJsonNodes', () => {
  it.each([
    ['a number', '1', 1],
    ['an empty list', '[]', 2],
    ['commas, brackets and quotes in strings', '["a[,{\\"[[,", ",,,,"]', 3],
    ['a string that ends in an escaped backslash', '["\\\\",1,2]', 4],
    ['a long string with quotes in it', `["${'x'.repeat(100)}\\",${'y'.repeat(100)}\\\\",1]`, 3],
    ['a long string of backslashes', `["${'\\\\'.repeat(100)}",1]`, 3],
    ['an object', '{"a":1,"b":[2,3]}', 5],
  ])('counts %s', (_, text, nodes) => {
    expect(count(text)).toBe(nodes);
  });

  it('never counts less than the actual number', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        if (typeof value !== 'object' || value === null) return;
        const text = JSON.stringify(value);
        expect(count(text)).toBeGreaterThanOrEqual(countValueNodes(JSON.parse(text) as object));
      }),
    );
  });

  it.each([
    ['lists', nested],
    ['objects', nestedObjects],
  ])('accepts %s up to the maximum depth and rejects one level more', (_, make) => {
    expect(refusal(() => count(make(MAX_BODY_DEPTH)))).toBeUndefined();
    expect(refusal(() => count(make(MAX_BODY_DEPTH + 1)))).toBe('json_too_deep');
    expect(refusal(() => countValueNodes(JSON.parse(make(MAX_BODY_DEPTH)) as object))).toBeUndefined();
    expect(refusal(() => countValueNodes(JSON.parse(make(MAX_BODY_DEPTH + 1)) as object))).toBe('json_too_deep');
  });

  it.each([
    ['numbers', '1,'],
    ['empty lists', '[],'],
    ['objects of one shape', '{"a":1},'],
    ['commas alone', ','],
  ])('rejects too many %s', (_, piece) => {
    expect(refusal(() => count(`[${piece.repeat(MAX_BODY_NODES)}1]`))).toBe('json_too_many_values');
  });

  it('does not overcount unterminated strings or unbalanced brackets', () => {
    expect(count('"abc')).toBe(1);
    expect(count(`"${'x'.repeat(200)}`)).toBe(1);
    expect(count(']'.repeat(1000))).toBe(1);
    expect(count('"\\')).toBe(1);
  });
});

describe('shapes of objects', () => {
  const objects = (count: number, namesOf: (index: number) => string): string =>
    `[${Array.from({ length: count }, (_, index) => `{${namesOf(index)}}`).join(',')}]`;
  const permuted = (index: number): string => {
    const names = Array.from({ length: 8 }, (_, at) => `"n${(index >>> (at * 4)) & 15}${at}":1`);
    return [...names.slice(index % 8), ...names.slice(0, index % 8)].join(',');
  };
  const inString = (text: string): string => JSON.stringify({ arguments: text });

  it.each([
    ['different names', objects(MAX_BODY_SHAPES + 3_000, (index) => `"k${index}":0`)],
    ['different names in one object', `{${Array.from({ length: 53_000 }, (_, index) => `"k${index}" : 0`).join()}}`],
    ['different orders of few names', objects(40_000, permuted)],
    ['long names', objects(MAX_BODY_SHAPES + 3_000, (index) => `"${'x'.repeat(70)}${index}":0`)],
  ])('rejects too many: %s', (_, text) => {
    expect(refusal(() => count(text))).toBe('json_too_many_shapes');
    expect(refusal(() => count(inString(text)))).toBe('json_too_many_shapes');
    const escaped = inString(text).replaceAll(String.raw`\"`, String.raw`\u0022`);
    expect(refusal(() => count(escaped))).toMatch(/^json_too_many_(shapes|values)$/);
  });

  it.each([
    ['objects of one shape', objects(100_000, (index) => `"role":"user","content":"${index}: {"`)],
    ['names below the limit', objects(MAX_BODY_SHAPES, (index) => `"k${index}":0`)],
    ['strings that are not names', `[${Array.from({ length: 100_000 }, (_, index) => `"k${index}"`).join()}]`],
  ])('accepts %s', (_, text) => {
    expect(refusal(() => count(text))).toBeUndefined();
    expect(refusal(() => count(inString(text)))).toBeUndefined();
  });

  it('handles quotes in nested strings', () => {
    const value = Array.from({ length: 60_000 }, (_, index) => ({ text: `a \\"k${index}": "` }));
    expect(refusal(() => count(inString(JSON.stringify(value))))).toBeUndefined();
  });
});

describe('JSON in a string', () => {
  const lists = `[${'[],'.repeat(2_000)}1]`;
  it.each([
    ['unmodified', JSON.stringify({ arguments: lists })],
    ['behind blanks', JSON.stringify({ arguments: ` \n\t\r ${lists}` })],
    ['with escaped line feeds', JSON.stringify({ arguments: lists.replaceAll(',', ',\n') })],
  ])('counts, %s', (_, text) => {
    expect(count(text)).toBeGreaterThan(4_000);
    expect(countValueNodes(JSON.parse(text) as object)).toBeGreaterThan(4_000);
  });

  it('counts if its brackets are escaped', () => {
    expect(count(`{"a":"${'\\u005b\\u005d\\u002c'.repeat(100)}"}`)).toBeGreaterThan(200);
  });

  it('does not count in a text that begins with something else', () => {
    const text = JSON.stringify({ content: `The list: ${lists}` });
    expect(count(text)).toBe(2);
    expect(countValueNodes(JSON.parse(text) as object)).toBe(2);
  });
});

describe('countValueNodes', () => {
  it('ignores inherited fields', () => {
    expect(countValueNodes(JSON.parse('{"__proto__":{"a":1},"constructor":[1,2]}') as object)).toBe(6);
  });
});
