import { describe, expect, it } from '@jest/globals';

import { simplifySchema } from './schema-simplification.ts';

const object = (properties: object, rest: object = {}) => ({ type: 'object', properties, ...rest });
const TEXT = { type: 'string' };

/** What one property becomes. */
function lowered(property: unknown): unknown {
  return simplifySchema(object({ p: property }))?.schema['properties'];
}

describe('what Claude’s grammar refuses', () => {
  it.each<[string, object, object]>([
    ['numbers', { type: 'integer', minimum: 1, maximum: 5 }, told('integer', 'minimum: 1; maximum: 5')],
    ['strings', { type: 'string', minLength: 2, pattern: '^a' }, told('string', 'minLength: 2; pattern: "^a"')],
    ['unknown formats', { type: 'string', format: 'iri' }, told('string', 'format: "iri"')],
    [
      'lists',
      { type: 'array', items: TEXT, minItems: 2, maxItems: 3 },
      { ...told('array', 'maxItems: 3; minItems: 2'), items: TEXT, minItems: 1 },
    ],
    ['oneOf', { oneOf: [TEXT, { type: 'null' }] }, { anyOf: [TEXT, { type: 'null' }] }],
    ['allOf of one', { allOf: [TEXT], description: 'x' }, { type: 'string', description: 'x' }],
    ['nullable', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
    ['objects that are open', object({ a: TEXT }), object({ a: TEXT }, { additionalProperties: false })],
    ['annotations', { type: 'string', examples: ['a'], $comment: 'c', title: 'T' }, { type: 'string', title: 'T' }],
    ['unions beside a type', { type: 'string', anyOf: [{ maxLength: 1 }] }, told('string', 'anyOf: [{"maxLength":1}]')],
  ])('is rewritten or told in words: %s', (_what, given, expected) => {
    expect(lowered(given)).toEqual({ p: expected });
  });

  it.each<[string, unknown]>([
    ['any value', {}],
    ['a boolean schema', true],
    ['an open object', { type: 'object' }],
    ['a map', { type: 'object', additionalProperties: TEXT }],
    ['a tuple', { type: 'array', prefixItems: [TEXT] }],
    ['a list of anything', { type: 'array' }],
    ['objects in an enum', { enum: [{}] }],
    ['several parts', { allOf: [TEXT, TEXT] }],
    ['a reference that leaves', { $ref: 'https://example.com/x.json' }],
    ['a reference to nothing', { $ref: '#/$defs/none' }],
    ['a required property that is not described', object({}, { required: ['a'] })],
  ])('leaves nothing of the meaning: %s', (_what, given) => {
    expect(lowered(given)).toBeUndefined();
  });

  it('is told by place', () => {
    const schema = object({ list: { type: 'array', items: { type: 'number', minimum: 1 } } });
    expect(simplifySchema(schema)?.lowered).toEqual(['/properties/list/items']);
  });
});

describe('what stays', () => {
  it.each<[string, object]>([
    ['known formats', { type: 'string', format: 'date-time' }],
    ['enums', { type: 'string', enum: ['a', 'b'] }],
    ['constants without a type', { const: null }],
    ['properties named like keywords', object({ minimum: TEXT, format: TEXT }, { additionalProperties: false })],
    ['constants that are words of schemas', { type: 'string', const: 'object' }],
    ['defaults', { type: 'integer', default: 3 }],
  ])('%s', (_what, property) => {
    expect(lowered(property)).toEqual({ p: property });
  });
});

describe('definitions', () => {
  const node = object({ next: { $ref: '#/$defs/node' } });

  it('are lowered too, and taken for the root where it only names one', () => {
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

  it('that lead back to themselves cannot be said', () => {
    expect(simplifySchema({ ...object({ n: { $ref: '#/$defs/node' } }), $defs: { node } })).toBeUndefined();
    expect(simplifySchema({ $ref: '#/$defs/node', $defs: { node } })).toBeUndefined();
  });

  it('that are used often do not take long', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => {
        const next = { $ref: `#/$defs/d${index + 1}` };
        return [`d${index}`, index === 59 ? TEXT : { anyOf: [next, next] }];
      }),
    );
    expect(simplifySchema({ ...object({ a: { $ref: '#/$defs/d0' } }), $defs })).toBeDefined();
  });
});

it('refuses what is nested without end', () => {
  let deep: object = TEXT;
  for (let level = 0; level < 5_000; level += 1) deep = { type: 'array', items: deep };
  expect(simplifySchema(object({ deep }))).toBeUndefined();
});

function told(type: string, words: string): object {
  return { type, description: `Constraints: ${words}.` };
}
