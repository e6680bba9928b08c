import { describe, expect, it } from '@jest/globals';

import { propertyNamesOf } from './property-names.ts';
import { renamedSchema } from './renamed-schema.ts';

const text = { type: 'string' };

function renamed(schema: Record<string, unknown>) {
  const names = propertyNamesOf(schema)!;
  return { schema: renamedSchema(schema, names), sent: (name: string) => names.toModel(name) };
}

describe('a schema with rejected names', () => {
  it('has replacements at every position of a name', () => {
    const { schema, sent } = renamed({
      type: 'object',
      properties: {
        $a: { ...text, default: '$a' },
        _a: text,
        list: { type: 'array', items: { properties: { $b: text }, required: ['$b'] } },
        tuple: { prefixItems: [{ properties: { $c: text } }], items: [{ properties: { $d: text } }] },
        either: {
          anyOf: [{ properties: { $e: { const: 1 } }, required: ['$e', '$a'] }, { not: { required: ['$e'] } }],
        },
        kind: { oneOf: [{ $ref: '#/$defs/one' }], discriminator: { propertyName: '$type' } },
        again: { $ref: '#/properties/page%5Bsize%5D' },
        once: { $ref: '#/$defs/one/properties/~1x' },
        map: {
          patternProperties: { '^\\$': { properties: { $f: text } } },
          additionalProperties: { properties: { $g: text } },
        },
        data: {
          type: 'object',
          default: { $a: { $b: 1 } },
          enum: [{ $a: 1 }, '$a'],
          const: { $a: [{ $b: 2 }] },
          examples: [{ $a: 1 }],
        },
      },
      required: ['$a', '_a', 'list'],
      dependentRequired: { $a: ['page[size]', 'ok'] },
      dependentSchemas: { $a: { properties: { 'page[size]': text } } },
      dependencies: { $a: ['_a', '$b'], ok: { required: ['$a'] } },
      propertyNames: { enum: ['$a', '_a', 'other'] },
      $defs: { one: { properties: { $type: { const: 'one' }, '/x': text } } },
      definitions: { $two: { if: { properties: { $a: { const: '$a' } } }, else: { required: ['$a'] } } },
    });
    expect(schema).toEqual({
      type: 'object',
      properties: {
        [sent('$a')]: { ...text, default: '$a' },
        _a: text,
        list: { type: 'array', items: { properties: { [sent('$b')]: text }, required: [sent('$b')] } },
        tuple: {
          prefixItems: [{ properties: { [sent('$c')]: text } }],
          items: [{ properties: { [sent('$d')]: text } }],
        },
        either: {
          anyOf: [
            { properties: { [sent('$e')]: { const: 1 } }, required: [sent('$e'), sent('$a')] },
            { not: { required: [sent('$e')] } },
          ],
        },
        kind: { oneOf: [{ $ref: '#/$defs/one' }], discriminator: { propertyName: sent('$type') } },
        again: { $ref: `#/properties/${sent('page[size]')}` },
        once: { $ref: `#/$defs/one/properties/${sent('/x')}` },
        map: {
          patternProperties: { '^\\$': { properties: { [sent('$f')]: text } } },
          additionalProperties: { properties: { [sent('$g')]: text } },
        },
        data: {
          type: 'object',
          default: { [sent('$a')]: { [sent('$b')]: 1 } },
          enum: [{ [sent('$a')]: 1 }, '$a'],
          const: { [sent('$a')]: [{ [sent('$b')]: 2 }] },
          examples: [{ [sent('$a')]: 1 }],
        },
      },
      required: [sent('$a'), '_a', 'list'],
      dependentRequired: { [sent('$a')]: [sent('page[size]'), 'ok'] },
      dependentSchemas: { [sent('$a')]: { properties: { [sent('page[size]')]: text } } },
      dependencies: { [sent('$a')]: ['_a', sent('$b')], ok: { required: [sent('$a')] } },
      propertyNames: { enum: [sent('$a'), '_a', 'other'] },
      $defs: { one: { properties: { [sent('$type')]: { const: 'one' }, [sent('/x')]: text } } },
      definitions: {
        $two: { if: { properties: { [sent('$a')]: { const: '$a' } } }, else: { required: [sent('$a')] } },
      },
    });
  });

  it('ignores properties named like keywords, and values that look like schemas', () => {
    expect(propertyNamesOf({ properties: { properties: { type: 'object' }, required: text } })).toBeUndefined();
    expect(
      propertyNamesOf({ default: { properties: { $a: text } }, enum: [{ properties: { $b: 1 } }] }),
    ).toBeUndefined();
    expect(propertyNamesOf({ properties: { properties: { properties: { $a: text } } } })?.toModel('$a')).toMatch(
      /^_a_\w{8}$/,
    );
  });
});
