import { describe, expect, it } from '@jest/globals';

import { isQuickCheck, schemaCost } from './schema-cost.ts';

const costOf = (schema: object) => schemaCost({ ...schema }, JSON.stringify(schema));
const STRING = { type: 'string' };
const some = (length: number, make: (index: number) => unknown) => Array.from({ length }, (_, index) => make(index));
const named = (length: number, value: unknown) =>
  Object.fromEntries(some(length, (index) => [`p${index}`, value]) as []);

describe('a small schema', () => {
  it.each([
    ['fields', { type: 'object', properties: { a: STRING, b: { type: 'integer', minimum: 1 } }, required: ['a'] }, 10],
    ['a closed object', { type: 'object', properties: { a: STRING }, additionalProperties: false }, 1_000],
    ['a list', { type: 'array', items: { enum: ['x', 'y', null] } }, 1_000],
    ['definitions', { $ref: '#/$defs/a', $defs: { a: { anyOf: [STRING, { type: 'null' }] } } }, 1_000],
    ['unused definitions that cost', { $defs: { a: { pattern: '(a+)+$' } }, ...STRING }, 1_000],
  ])('has a bound: %s', (_what, schema, characters) => {
    expect(isQuickCheck(costOf(schema)!, characters)).toBe(true);
  });

  it('is not checked here against a long answer', () => {
    const cost = costOf({ type: 'array', items: { type: 'string', minLength: 1 } })!;
    expect([10_000, 1_000_000].map((characters) => isQuickCheck(cost, characters))).toEqual([true, false]);
  });
});

describe('no small bound', () => {
  it.each([
    ['patterns', { pattern: '(a+)+$' }],
    ['patterns of names', { patternProperties: { '(a+)+$': {} } }],
    ['patterns deep inside', { properties: { a: { items: { pattern: 'a' } } } }],
    ['names by a schema', { propertyNames: { pattern: '(a+)+$' } }],
    ['unique items', { uniqueItems: true }],
    ['items to find', { contains: { const: 1 }, minContains: 1 }],
    ['what is left over', { unevaluatedProperties: false }],
    ['objects to compare with', { const: { a: 1 } }],
    ['lists to compare with', { enum: [[1]] }],
    ['many constants', { enum: some(200, (index) => index) }],
    ['many names', { required: some(200, (index) => `r${index}`) }],
    ['many fields', { properties: named(20, STRING) }],
    ['many alternatives', { anyOf: some(20, () => STRING) }],
    ['many fields that are anything', { properties: named(200, true) }],
    ['recursion', { $ref: '#/$defs/a', $defs: { a: { items: { $ref: '#/$defs/a' } } } }],
    ['recursion at the root', { properties: { a: { $ref: '#' } } }],
    ['references to references', bomb(10)],
    ['references that leave', { $ref: 'https://example.com/a' }],
    ['anchors', { $dynamicAnchor: 'a', items: { $dynamicRef: '#a' } }],
    ['ids inside', { properties: { a: { $id: 'https://example.com/a' } } }],
    ['what is longer than it looks', { ...STRING, description: 'x'.repeat(5_000) }],
    ['what is no schema', { properties: { a: 1 } }],
    ['unknown words', { 'x-order': 1 }],
  ])('is known for %s', (_what, schema) => {
    expect(costOf(schema)).toBeUndefined();
  });
});

/** Definitions that each refer twice to the next: the last is reached 2 ** levels times. */
function bomb(levels: number): object {
  const $defs = Object.fromEntries(
    some(levels, (index) => [`d${index}`, { allOf: some(2, () => ({ $ref: `#/$defs/d${index + 1}` })) }]) as [],
  );
  return { $ref: '#/$defs/d0', $defs: { ...$defs, [`d${levels}`]: {} } };
}
