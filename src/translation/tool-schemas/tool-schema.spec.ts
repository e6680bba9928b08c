import { describe, expect, it } from '@jest/globals';

import { withoutTopLevelCombinators } from './tool-schema.ts';

const text = { type: 'string' };

describe('schemas of tools', () => {
  it('with alternatives at their top become one object', () => {
    const schema = {
      type: 'object',
      description: 'A search or a listing.',
      properties: { limit: { type: 'number' } },
      required: ['limit'],
      oneOf: [
        { properties: { kind: { const: 'search' }, query: text }, required: ['kind', 'query'] },
        { properties: { kind: { const: 'list' } }, required: ['kind'] },
      ],
      allOf: [{ properties: { user: text }, required: ['user'] }],
    };
    expect(withoutTopLevelCombinators(schema)).toEqual({
      type: 'object',
      description: 'A search or a listing.',
      properties: {
        limit: { type: 'number' },
        user: text,
        kind: { anyOf: [{ const: 'search' }, { const: 'list' }] },
        query: text,
      },
      required: ['limit', 'user', 'kind'],
    });
  });

  it('require what thousands of alternatives have in common, found in one pass', () => {
    const required = Array.from({ length: 3_000 }, (_, index) => `p${index}`);
    const anyOf = Array.from({ length: 3_000 }, () => ({ required }));
    expect(withoutTopLevelCombinators({ anyOf: [...anyOf, { required: ['p7', 'p9', 'q'] }] })).toMatchObject({
      required: ['p7', 'p9'],
    });
  });

  it('without any stay the same object', () => {
    const schema = { type: 'object', properties: { either: { anyOf: [text, { type: 'null' }] } } };
    expect(withoutTopLevelCombinators(schema)).toBe(schema);
  });
});
