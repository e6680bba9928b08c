import { describe, expect, it } from '@jest/globals';

import { isQuickCheck, schemaCost } from './schema-cost.ts';

const costOf = (schema: object) => schemaCost({ ...schema }, JSON.stringify(schema));
const STRING = { type: 'string' };
const listWith = (length: number, create: (index: number) => unknown) =>
  Array.from({ length }, (_, index) => create(index));
const named = (length: number, value: unknown) =>
  Object.fromEntries(listWith(length, (index) => [`p${index}`, value]) as []);

describe('a small schema', () => {
  it.each([
    ['fields', { type: 'object', properties: { a: STRING, b: { type: 'integer', minimum: 1 } }, required: ['a'] }, 10],
    ['a closed object', { type: 'object', properties: { a: STRING }, additionalProperties: false }, 1_000],
    ['a list', { type: 'array', items: { enum: ['x', 'y', null] } }, 1_000],
    ['definitions', { $ref: '#/$defs/a', $defs: { a: { anyOf: [STRING, { type: 'null' }] } } }, 1_000],
    ['unused definitions with a high cost', { $defs: { a: { pattern: '(a+)+$' } }, ...STRING }, 1_000],
  ])('has a bound: %s', (_what, schema, characters) => {
    expect(isQuickCheck(costOf(schema)!, characters)).toBe(true);
  });

  it('is not checked in the main thread against a long answer', () => {
    const cost = costOf({ type: 'array', items: { type: 'string', minLength: 1 } })!;
    expect([10_000, 1_000_000].map((characters) => isQuickCheck(cost, characters))).toEqual([true, false]);
  });
});

describe('no small bound', () => {
  it.each([
    ['patterns', { pattern: '(a+)+$' }],
    ['patterns of names', { patternProperties: { '(a+)+$': {} } }],
    ['deeply nested patterns', { properties: { a: { items: { pattern: 'a' } } } }],
    ['schemas of names', { propertyNames: { pattern: '(a+)+$' } }],
    ['unique items', { uniqueItems: true }],
    ['a search for items', { contains: { const: 1 }, minContains: 1 }],
    ['unevaluated properties', { unevaluatedProperties: false }],
    ['constant objects', { const: { a: 1 } }],
    ['constant lists', { enum: [[1]] }],
    ['many constants', { enum: listWith(200, (index) => index) }],
    ['many names', { required: listWith(200, (index) => `r${index}`) }],
    ['many fields', { properties: named(20, STRING) }],
    ['many alternatives', { anyOf: listWith(20, () => STRING) }],
    ['many fields with any value', { properties: named(200, true) }],
    ['recursion', { $ref: '#/$defs/a', $defs: { a: { items: { $ref: '#/$defs/a' } } } }],
    ['recursion at the root', { properties: { a: { $ref: '#' } } }],
    ['references to references', bomb(10)],
    ['references outside the schema', { $ref: 'https://example.com/a' }],
    ['anchors', { $dynamicAnchor: 'a', items: { $dynamicRef: '#a' } }],
    ['nested ids', { properties: { a: { $id: 'https://example.com/a' } } }],
    ['a schema whose description is long', { ...STRING, description: 'x'.repeat(5_000) }],
    ['an invalid schema', { properties: { a: 1 } }],
    ['unknown keywords', { 'x-order': 1 }],
  ])('exists for %s', (_what, schema) => {
    expect(costOf(schema)).toBeUndefined();
  });
});

/** Returns definitions that each reference the next one twice, so that the last is reached 2 ** levels times. */
function bomb(levels: number): object {
  const $defs = Object.fromEntries(
    listWith(levels, (index) => [`d${index}`, { allOf: listWith(2, () => ({ $ref: `#/$defs/d${index + 1}` })) }]) as [],
  );
  return { $ref: '#/$defs/d0', $defs: { ...$defs, [`d${levels}`]: {} } };
}
