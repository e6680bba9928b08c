import { describe, expect, it } from '@jest/globals';

import { simplifySchema } from './schema-simplification.ts';

const object = (properties: object, rest: object = {}) => ({ type: 'object', properties, ...rest });
const TEXT = { type: 'string' };

/** Returns the simplified form of one property. */
function simplified(property: unknown): unknown {
  return simplifySchema(object({ p: property }))?.schema['properties'];
}

describe('keywords that Claude’s grammar rejects', () => {
  it.each<[string, object, object]>([
    ['numbers', { type: 'integer', minimum: 1, maximum: 5 }, withConstraints('integer', 'minimum: 1; maximum: 5')],
    [
      'strings',
      { type: 'string', minLength: 2, pattern: '^a' },
      withConstraints('string', 'minLength: 2; pattern: "^a"'),
    ],
    ['unknown formats', { type: 'string', format: 'iri' }, withConstraints('string', 'format: "iri"')],
    [
      'lists',
      { type: 'array', items: TEXT, minItems: 2, maxItems: 3 },
      { ...withConstraints('array', 'maxItems: 3; minItems: 2'), items: TEXT, minItems: 1 },
    ],
    ['oneOf', { oneOf: [TEXT, { type: 'null' }] }, { anyOf: [TEXT, { type: 'null' }] }],
    ['allOf of one', { allOf: [TEXT], description: 'x' }, { type: 'string', description: 'x' }],
    ['nullable', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
    ['open objects', object({ a: TEXT }), object({ a: TEXT }, { additionalProperties: false })],
    ['annotations', { type: 'string', examples: ['a'], $comment: 'c', title: 'T' }, { type: 'string', title: 'T' }],
    [
      'unions beside a type',
      { type: 'string', anyOf: [{ maxLength: 1 }] },
      withConstraints('string', 'anyOf: [{"maxLength":1}]'),
    ],
  ])('are rewritten or moved to the description: %s', (_what, property, expected) => {
    expect(simplified(property)).toEqual({ p: expected });
  });

  it.each<[string, unknown]>([
    ['any value', {}],
    ['a schema for any value', true],
    ['an open object', { type: 'object' }],
    ['a map', { type: 'object', additionalProperties: TEXT }],
    ['a tuple', { type: 'array', prefixItems: [TEXT] }],
    ['a list of any values', { type: 'array' }],
    ['objects in an enum', { enum: [{}] }],
    ['several parts', { allOf: [TEXT, TEXT] }],
    ['a reference outside the schema', { $ref: 'https://example.com/x.json' }],
    ['a reference without a target', { $ref: '#/$defs/none' }],
    ['a required property without a schema', object({}, { required: ['a'] })],
  ])('make a schema unsupported: %s', (_what, property) => {
    expect(simplified(property)).toBeUndefined();
  });

  it('are reported by their place', () => {
    const schema = object({ list: { type: 'array', items: { type: 'number', minimum: 1 } } });
    expect(simplifySchema(schema)?.lowered).toEqual(['/properties/list/items']);
  });
});

describe('schemas that stay', () => {
  it.each<[string, object]>([
    ['known formats', { type: 'string', format: 'date-time' }],
    ['enums', { type: 'string', enum: ['a', 'b'] }],
    ['constants without a type', { const: null }],
    ['properties named like keywords', object({ minimum: TEXT, format: TEXT }, { additionalProperties: false })],
    ['constants that equal keywords', { type: 'string', const: 'object' }],
    ['defaults', { type: 'integer', default: 3 }],
  ])('%s', (_what, property) => {
    expect(simplified(property)).toEqual({ p: property });
  });
});

describe('definitions', () => {
  const node = object({ next: { $ref: '#/$defs/node' } });

  it('are simplified as well, and replace a root that only references one', () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $ref: '#/definitions/a',
      definitions: { a: object({ b: { $ref: '#/definitions/b' } }), b: { type: 'string', maxLength: 1 } },
    };
    const result = simplifySchema(schema)!;
    expect(result.schema).toMatchObject({
      type: 'object',
      properties: { b: { $ref: '#/definitions/b' } },
      definitions: { b: { type: 'string', description: 'Constraints: maxLength: 1.' } },
    });
    expect(result.lowered).toContain('/definitions/b');
  });

  it('that reference themselves are unsupported', () => {
    expect(simplifySchema({ ...object({ n: { $ref: '#/$defs/node' } }), $defs: { node } })).toBeUndefined();
    expect(simplifySchema({ $ref: '#/$defs/node', $defs: { node } })).toBeUndefined();
  });

  it('that are referenced often take linear time', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => {
        const next = { $ref: `#/$defs/d${index + 1}` };
        return [`d${index}`, index === 59 ? TEXT : { anyOf: [next, next] }];
      }),
    );
    expect(simplifySchema({ ...object({ a: { $ref: '#/$defs/d0' } }), $defs })).toBeDefined();
  });
});

it('rejects unlimited nesting', () => {
  let deep: object = TEXT;
  for (let level = 0; level < 5_000; level += 1) deep = { type: 'array', items: deep };
  expect(simplifySchema(object({ deep }))).toBeUndefined();
});

function withConstraints(type: string, constraints: string): object {
  return { type, description: `Constraints: ${constraints}.` };
}
