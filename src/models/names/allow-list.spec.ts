import { describe, expect, it } from '@jest/globals';
import { isModelAllowed, matchIn } from './allow-list.ts';

const caller = (...models: string[]) => ({ name: 'k', id: 'k', models });

describe('the allow-list of a key', () => {
  it('allows everything without a list and without a key', () => {
    expect(isModelAllowed({ name: 'k', id: 'k' }, ['anything'])).toBe(true);
    expect(isModelAllowed(undefined, ['anything'])).toBe(true);
  });

  it.each([
    [['claude-haiku-4-5'], 'claude-haiku-4-5', true],
    [['claude-haiku-4-5'], 'claude-haiku-4-5-20251001', false],
    [['claude-haiku-4-5'], 'my-claude-haiku-4-5', false],
    [['claude-*'], 'claude-opus-5', true],
    [['claude-*'], 'anthropic.claude-opus-5', false],
    [['*haiku*'], 'us.anthropic.claude-haiku-5-5', true],
    [['*'], 'anything', true],
    [['nova-*', 'glm-5'], 'glm-5', true],
    [['nova-*', 'glm-5'], 'glm-55', false],
    // Patterns are not regular expressions: a dot matches a dot, a bracket a bracket.
    [['gpt-5.4'], 'gpt-5x4', false],
    [['gpt-5.4'], 'gpt-5.4', true],
    [['a|b'], 'a', false],
    [['a+(b'], 'a+(b', true],
    [[], 'anything', false],
  ])('%j and %s: %s', (models, name, expected) => {
    expect(isModelAllowed(caller(...models), [name])).toBe(expected);
  });

  it('accepts any of several names', () => {
    expect(isModelAllowed(caller('nova-pro'), ['claude-opus-5', 'nova-pro'])).toBe(true);
  });
});

describe('a list of a team', () => {
  const SONNET = {
    exact: ['fast', 'claude-sonnet-4-6', 'us.anthropic.claude-sonnet-4-6'],
    byPattern: ['claude-sonnet-4-6'],
    ids: ['us.anthropic.claude-sonnet-4-6'],
  };

  it.each([
    // An entry without `*` equals a name, an alias or an id, in the same case.
    [['claude-sonnet-4-6'], 'exact'],
    [['fast'], 'exact'],
    [['us.anthropic.claude-sonnet-4-6'], 'exact'],
    [['Claude-Sonnet-4-6'], undefined],
    [['claude-sonnet'], undefined],
    // A pattern matches names of models, not aliases.
    [['claude-*'], 'pattern'],
    [['*-sonnet-*'], 'pattern'],
    [['claude-sonnet-4-6*'], 'pattern'],
    [['*'], 'pattern'],
    [['f*'], undefined],
    [['CLAUDE-*'], undefined],
    [['claude-sonnet-4-?'], undefined],
    // Only patterns that begin with a geography, a vendor or `arn:` match ids.
    [['us.anthropic.*'], 'pattern'],
    [['us.*'], 'pattern'],
    [['*anthropic.claude-sonnet-4-6'], undefined],
    [['eu.*'], undefined],
    [['arn:*'], undefined],
    // Of several entries, one that names the model counts first.
    [['claude-*', 'claude-sonnet-4-6'], 'exact'],
    [['nova-*', 'claude-*'], 'pattern'],
    [[], undefined],
  ] as const)('%j allows the model: %s', (models, expected) => {
    expect(matchIn(models, SONNET)).toBe(expected);
  });

  it('matches no line breaks and no other unusual text by patterns', () => {
    for (const name of ['claude-\nnova', 'claude-\u2028nova', 'nova\nclaude-'])
      expect(matchIn(['claude-*'], { exact: [], byPattern: [name], ids: [] })).toBeUndefined();
  });
});
