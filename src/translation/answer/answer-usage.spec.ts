import { describe, expect, it } from '@jest/globals';

import { AnswerUsage } from './answer-usage.ts';

describe('usage', () => {
  it('counts cached tokens as prompt tokens and sums several answers', () => {
    const usage = new AnswerUsage();
    usage.addUsage({ input: 10, output: 4, cacheRead: 100, cacheWrite: 20 });
    usage.addUsage({ input: 1, output: 2, cacheRead: 0, cacheWrite: 0 });
    expect(usage.toUsage('openai')).toEqual({
      prompt_tokens: 131,
      completion_tokens: 6,
      total_tokens: 137,
      prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 20 },
    });
  });

  it('estimates the reasoning tokens by their share of the characters', () => {
    const usage = new AnswerUsage();
    usage.addUsage({ input: 1, output: 100, cacheRead: 0, cacheWrite: 0 });
    usage.addReasoning('x'.repeat(300));
    usage.addText('y'.repeat(100));
    expect(usage.toUsage('thinking')).toMatchObject({
      completion_tokens: 100,
      completion_tokens_details: { reasoning_tokens: 75 },
      thinking_tokens: 75,
    });
  });

  it('reports zero thinking tokens to a request with a thinking field, and omits them for other requests', () => {
    const usage = new AnswerUsage();
    usage.addText('y');
    expect(usage.toUsage('thinking')).toMatchObject({ thinking_tokens: 0 });
    expect(usage.toUsage('openai')).not.toHaveProperty('thinking_tokens');
    expect(usage.toUsage('openai')).not.toHaveProperty('completion_tokens_details');
  });
});
