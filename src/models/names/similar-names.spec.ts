import { describe, expect, it } from '@jest/globals';
import { similarNames } from './similar-names.ts';

const NAMES = ['claude-opus-4-6', 'claude-sonnet-4-6', 'claude-sonnet-4-5', 'claude-3-7-sonnet', 'nova-pro', 'glm-5'];

describe('similar model names', () => {
  it.each([
    ['claude-sonet-4-6', 'claude-sonnet-4-6'],
    ['claude-4-5-sonnet', 'claude-sonnet-4-5'],
    ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5'],
    ['claude-3.7-sonnet', 'claude-3-7-sonnet'],
    ['Nova-Pro', 'nova-pro'],
    ['opus-4-6-claude', 'claude-opus-4-6'],
  ])('%s suggests %s', (wrong, right) => {
    expect(similarNames(wrong, NAMES)[0]).toBe(right);
  });

  it.each(['gpt-4o-mini', 'x', '', 'c'.repeat(10_000)])('are none for %.20s', (name) => {
    expect(similarNames(name, NAMES)).toEqual([]);
  });

  it('are at most three', () => {
    expect(similarNames('claude-sonnet-4-7', [...NAMES, 'claude-sonnet-4-8', 'claude-sonnet-4-9'])).toHaveLength(3);
  });
});
