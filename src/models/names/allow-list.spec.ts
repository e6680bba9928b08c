import { describe, expect, it } from '@jest/globals';
import { isModelAllowed } from './allow-list.ts';

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
