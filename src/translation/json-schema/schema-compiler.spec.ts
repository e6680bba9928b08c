import { describe, expect, it } from '@jest/globals';

import { SchemaCompiler, SchemaError } from './schema-compiler.ts';

const compiler = new SchemaCompiler();
const check = (schema: object, value: unknown) => compiler.compile({ ...schema })(value);
const DRAFT_7 = 'http://json-schema.org/draft-07/schema#';

describe('checks', () => {
  it.each<[string, object, unknown, string | undefined]>([
    ['types', { type: 'object', properties: { a: { type: 'integer' } } }, { a: 'x' }, '/a must be integer'],
    ['limits', { properties: { n: { minimum: 3 } } }, { n: 2 }, '/n must be >= 3'],
    ['tuples of 2020-12', { prefixItems: [{ type: 'string' }] }, [1], '/0 must be string'],
    ['tuples of draft 7', { $schema: DRAFT_7, items: [{ type: 'string' }] }, [1], '/0 must be string'],
    ['definitions', { $ref: '#/$defs/a', $defs: { a: { type: 'null' } } }, 1, 'must be null'],
    ['`$async`, which only Ajv knows', { $async: true, required: ['a'] }, {}, "must have required property 'a'"],
    ['unknown keywords', { 'x-order': 1, propertyOrdering: ['a'], nullable: true, type: 'string' }, 'a', undefined],
    ['formats, which are annotations', { format: 'date' }, 'tomorrow', undefined],
    ['ids, which are not resolved', { $id: 'https://example.com/a', type: 'string' }, 'a', undefined],
  ])('%s', (_what, schema, value, problem) => {
    expect(check(schema, value)).toBe(problem);
    expect(check(schema, value)).toBe(problem);
  });

  it.each([
    ['names that all objects inherit', { required: ['constructor'] }, {}, "must have required property 'constructor'"],
    ['optional names that all objects inherit', { properties: { toString: { type: 'string' } } }, {}, undefined],
    [
      'names of the prototype',
      { additionalProperties: false },
      JSON.parse('{"__proto__":1}'),
      'must NOT have additional properties',
    ],
    [
      'names that look like code',
      { required: ['"];process.exit(1);//', '\u2028`${x}'] },
      {},
      `must have required property '"];process.exit(1);//'`,
    ],
  ])('%s', (_what, schema, value, problem) => {
    expect(check(schema, value)).toBe(problem);
  });

  it('keep the ids of different schemas apart', () => {
    const schema = (type: string) => ({
      $defs: { a: { $id: 'https://example.com/a', type } },
      $ref: 'https://example.com/a',
    });
    expect(check(schema('string'), 1)).toBe('must be string');
    expect(check(schema('number'), 1)).toBeUndefined();
    expect(() => check({ $ref: 'https://example.com/a' }, 1)).toThrow(SchemaError);
  });

  it.each([
    ['invalid types', { type: 'text' }],
    ['references outside the schema', { $ref: 'https://example.com/x.json' }],
    ['references without a target', { $ref: '#/$defs/none' }],
    ['invalid patterns', { pattern: '(' }],
  ])('rejects %s', (_what, schema) => {
    expect(() => compiler.compile(schema)).toThrow(SchemaError);
  });
});

it('throws for references that form a cycle', () => {
  expect(() => compiler.compile({ $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } })).toThrow(RangeError);
});
