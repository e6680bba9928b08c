import { describe, expect, it } from '@jest/globals';

import { withoutTopLevelCombinators } from './tool-schema.ts';

const text = { type: 'string' };

describe('schemas of tools', () => {
  it('become one object if they have alternatives at the top level', () => {
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

  it('require the common names of thousands of alternatives, found in one pass', () => {
    const required = Array.from({ length: 3_000 }, (_, index) => `p${index}`);
    const anyOf = Array.from({ length: 3_000 }, () => ({ required }));
    expect(withoutTopLevelCombinators({ anyOf: [...anyOf, { required: ['p7', 'p9', 'q'] }] })).toMatchObject({
      required: ['p7', 'p9'],
    });
  });

  it('stay the same object if they have none', () => {
    const schema = { type: 'object', properties: { either: { anyOf: [text, { type: 'null' }] } } };
    expect(withoutTopLevelCombinators(schema)).toBe(schema);
  });
});
