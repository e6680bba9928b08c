import { describe, expect, it } from '@jest/globals';

import { AnswerUsage } from './answer-usage.ts';

describe('usage', () => {
  it('counts cached tokens as prompt and sums the calls', () => {
    const tally = new AnswerUsage();
    tally.addUsage({ input: 10, output: 4, cacheRead: 100, cacheWrite: 20 });
    tally.addUsage({ input: 1, output: 2, cacheRead: 0, cacheWrite: 0 });
    expect(tally.toUsage('openai')).toEqual({
      prompt_tokens: 131,
      completion_tokens: 6,
      total_tokens: 137,
      prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 20 },
    });
  });

  it('estimates the tokens of thoughts by their share of the characters', () => {
    const tally = new AnswerUsage();
    tally.addUsage({ input: 1, output: 100, cacheRead: 0, cacheWrite: 0 });
    tally.addReasoning('x'.repeat(300));
    tally.addText('y'.repeat(100));
    expect(tally.toUsage('thinking')).toMatchObject({
      completion_tokens: 100,
      completion_tokens_details: { reasoning_tokens: 75 },
      thinking_tokens: 75,
    });
  });

  it('says zero to a request for thinking that caused none, and nothing to others', () => {
    const tally = new AnswerUsage();
    tally.addText('y');
    expect(tally.toUsage('thinking')).toMatchObject({ thinking_tokens: 0 });
    expect(tally.toUsage('openai')).not.toHaveProperty('thinking_tokens');
    expect(tally.toUsage('openai')).not.toHaveProperty('completion_tokens_details');
  });
});
