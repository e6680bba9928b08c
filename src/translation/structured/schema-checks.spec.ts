import { describe, expect, it } from '@jest/globals';

import { SchemaChecks } from './schema-checks.ts';

const checks = new SchemaChecks();
const check = (schema: object, value: unknown) => checks.of({ ...schema }, 'p')(value);
const DRAFT_7 = 'http://json-schema.org/draft-07/schema#';

describe('checks', () => {
  it.each<[string, object, unknown, string | undefined]>([
    ['types', { type: 'object', properties: { a: { type: 'integer' } } }, { a: 'x' }, '/a must be integer'],
    ['limits', { properties: { n: { minimum: 3 } } }, { n: 2 }, '/n must be >= 3'],
    ['tuples of 2020-12', { prefixItems: [{ type: 'string' }] }, [1], '/0 must be string'],
    ['tuples of draft 7', { $schema: DRAFT_7, items: [{ type: 'string' }] }, [1], '/0 must be string'],
    ['definitions', { $ref: '#/$defs/a', $defs: { a: { type: 'null' } } }, 1, 'must be null'],
    ['unknown keywords', { 'x-order': 1, propertyOrdering: ['a'], nullable: true, type: 'string' }, 'a', undefined],
    ['formats, which are annotations', { format: 'date' }, 'tomorrow', undefined],
    ['ids, which are no addresses', { $id: 'https://example.com/a', type: 'string' }, 'a', undefined],
  ])('%s', (_what, schema, value, problem) => {
    expect(check(schema, value)).toBe(problem);
    expect(check(schema, value)).toBe(problem);
  });

  it('of one schema that took too long leave the others alone', () => {
    const hasty = new SchemaChecks(1);
    const large = { properties: Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [n, { minimum: n }])) };
    expect(() => hasty.of(large, 'p')).toThrow('stopped after 1 ms');
    const refusals = Array.from({ length: 50 }, (_, n) => {
      try {
        hasty.of({ type: 'string', minLength: n }, 'p');
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(refusals.join()).not.toContain('ajv implementation error');
  });

  it.each([
    ['types that are none', { type: 'text' }],
    ['references that leave', { $ref: 'https://example.com/x.json' }],
    ['references to nothing', { $ref: '#/$defs/none' }],
    ['patterns that are none', { pattern: '(' }],
    ['references that lead to themselves', { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } }],
  ])('refuses %s with 400 and the field', (_what, schema) => {
    expect(() => checks.of(schema, 'response_format.json_schema.schema')).toThrow(
      expect.objectContaining({ status: 400, param: 'response_format.json_schema.schema' }),
    );
  });
});

describe('schemas that would run for ever', () => {
  it('are stopped: patterns', () => {
    const started = performance.now();
    expect(check({ type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(40)}!`)).toContain('stopped after');
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('are stopped: trees of choices', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 41 }, (_, index) => {
        const next = { $ref: `#/$defs/d${index + 1}` };
        return [`d${index}`, index === 40 ? { type: 'null' } : { anyOf: [next, next] }];
      }),
    );
    expect(check({ $ref: '#/$defs/d0', $defs }, 1)).toContain('stopped after');
  });
});
