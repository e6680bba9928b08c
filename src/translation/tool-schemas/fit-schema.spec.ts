import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';

import { CLAUDE_4_5 } from '../../models/rules/claude-rules.ts';
import { NOVA } from '../../models/rules/family-rules.ts';
import { Adjustments } from '../adjustments.ts';
import { fitToolSchema } from './fit-schema.ts';

type Schema = Record<string, unknown>;

const text = { type: 'string' };
const draft = new Ajv2020({ strict: false, validateFormats: false });

function fit(schema: Schema, rules = CLAUDE_4_5) {
  const adjustments = new Adjustments();
  const { schema: fitted } = fitToolSchema(schema, rules, 'tools.parameters', adjustments);
  return { fitted, adjusted: adjustments.list() };
}

const withProperty = (a: unknown, rest: Schema = {}): Schema => ({ type: 'object', properties: { a }, ...rest });

describe('a schema of another draft', () => {
  it.each<[string, Schema, Schema]>([
    ['a tuple', withProperty({ items: [text, true] }), withProperty({ prefixItems: [text, true] })],
    [
      'a tuple with additional items',
      withProperty({ items: [text], additionalItems: { type: 'integer' } }),
      withProperty({ prefixItems: [text], items: { type: 'integer' } }),
    ],
    ['an empty tuple', withProperty({ type: 'array', items: [] }), withProperty({ type: 'array' })],
    [
      'exclusive limits of draft 4',
      withProperty({ minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false }),
      withProperty({ exclusiveMinimum: 1, maximum: 9 }),
    ],
    ['an exclusive limit without a limit', withProperty({ exclusiveMaximum: true }), withProperty({})],
    [
      'required properties of draft 3',
      { type: 'object', properties: { a: { ...text, required: true }, b: { required: false } }, required: ['c'] },
      { type: 'object', properties: { a: text, b: {} }, required: ['c', 'a'] },
    ],
    ['any type', withProperty({ type: 'any', description: 'x' }), withProperty({ description: 'x' })],
    [
      'a type of Gemini',
      withProperty({ type: 'STRING', nullable: true }),
      withProperty({ type: 'string', nullable: true }),
    ],
    ['types of Python', withProperty({ type: ['str', 'None', 'str'] }), withProperty({ type: ['string', 'null'] })],
    ['an unknown type', withProperty({ type: 'file' }), withProperty({})],
    ['no properties', { type: 'object', properties: null }, { type: 'object' }],
    ['an empty PHP array as properties', { type: 'object', properties: [] }, { type: 'object', properties: {} }],
    ['a repeated name', withProperty(text, { required: ['a', 'a'] }), withProperty(text, { required: ['a'] })],
    ['null for the required names', withProperty(text, { required: null }), withProperty(text)],
    [
      'null for several keywords',
      withProperty({ ...text, description: null, enum: null, minLength: null, items: null }),
      withProperty(text),
    ],
    ['a type in place of a schema', withProperty('string'), withProperty(text)],
    ['null in place of a schema', withProperty(null), withProperty({})],
    [
      'text in place of numbers',
      withProperty({ minimum: '1', maxLength: '5', minItems: -1 }),
      withProperty({ minimum: 1, maxLength: 5 }),
    ],
    [
      'text in place of a boolean',
      withProperty(text, { additionalProperties: 'false' }),
      withProperty(text, { additionalProperties: false }),
    ],
    ['an empty list of alternatives', withProperty({ anyOf: [], ...text }), withProperty(text)],
    ['a single example', withProperty({ ...text, examples: 'x' }), withProperty({ ...text, examples: ['x'] })],
    ['an id with a fragment', withProperty({ $id: '#foo', id: 'y' }), withProperty({ id: 'y' })],
    [
      'invalid keywords in definitions',
      { type: 'object', definitions: { a: { items: [] } } },
      { type: 'object', definitions: { a: {} } },
    ],
  ])('%s becomes draft 2020-12 and is reported', (_name, original, expected) => {
    const copy = structuredClone(original);
    const { fitted, adjusted } = fit(original);
    expect(fitted).toEqual(expected);
    expect(draft.validateSchema(fitted)).toBe(true);
    expect(adjusted).toEqual([expect.stringMatching(/^tools\.parameters[\w/]*=repaired$/)]);
    expect(original).toEqual(copy);
  });

  it.each<[string, Schema]>([
    ['boolean schemas', { type: 'object', properties: { a: true, b: false }, additionalProperties: false }],
    ['an empty schema', {}],
    [
      'references with siblings',
      withProperty({ $ref: '#/definitions/x', description: 'x' }, { definitions: { x: text } }),
    ],
    [
      'ids and dialects',
      { $schema: 'http://json-schema.org/draft-04/schema#', id: 'x', $id: 'https://x/y', type: 'object' },
    ],
    ['type lists and nullable', withProperty({ type: ['string', 'null'], nullable: true })],
    [
      'draft 2020-12',
      withProperty({ prefixItems: [text], items: false, exclusiveMinimum: 3, dependentRequired: { a: ['b'] } }),
    ],
    ['dependencies', withProperty(text, { dependencies: { a: ['b'], b: { required: ['a'] } } })],
  ])('%s stays the same object', (_name, schema) => {
    const { fitted, adjusted } = fit(schema);
    expect(fitted).toBe(schema);
    expect(adjusted).toEqual([]);
  });

  it('stays the same object for models without this restriction', () => {
    const schema = withProperty({ items: [text], type: 'any', $odd: 1 }, { properties: { $a: text } });
    expect(fit(schema, NOVA).fitted).toBe(schema);
  });

  it('is accepted with any content', () => {
    const KEYWORDS =
      'type properties items required enum const not anyOf allOf minimum exclusiveMinimum maxLength multipleOf $ref $id title description additionalProperties dependencies dependentRequired $defs definitions prefixItems additionalItems uniqueItems format pattern default examples if deprecated'.split(
        ' ',
      );
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, true, false, 0, 1, -1.5, '', 'string', 'any', 'INT', '5', '#/x', '$a', [], {}),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...KEYWORDS, 'a', '$b'), tie('node'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...KEYWORDS), node, { maxKeys: 6 }), (schema) => {
        const { fitted } = fit({ ...schema, type: 'object' });
        expect(draft.validateSchema(fitted)).toBe(true);
        expect(fit(fitted).adjusted.filter((entry) => entry.endsWith('repaired'))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
