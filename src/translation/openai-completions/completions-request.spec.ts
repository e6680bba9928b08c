import { describe, expect, it } from '@jest/globals';

import { contextOf } from '../../../test/support/model-cards.ts';
import { completionsRequest, type CompletionsRequest } from './completions-request.ts';

function translate(body: object) {
  return completionsRequest({ model: 'any', ...body } as CompletionsRequest, contextOf('claude-3-7-sonnet'));
}

describe('completions request', () => {
  it('sends the prompt as a user turn, with the default limit of tokens', () => {
    expect(translate({ prompt: 'Once upon a time' }).inputs).toEqual([
      { messages: [{ role: 'user', content: [{ text: 'Once upon a time' }] }], inferenceConfig: { maxTokens: 4_096 } },
    ]);
  });

  it('makes n upstream calls for each prompt, in the order of the prompts', () => {
    const { inputs } = translate({ prompt: ['a', 'b'], n: 2 });
    expect(inputs.map(({ messages }) => messages?.[0]?.content?.[0]?.text)).toEqual(['a', 'a', 'b', 'b']);
  });

  it('reports fields that Bedrock does not support', () => {
    const { adjusted } = translate({ prompt: 'a', logprobs: 2, best_of: 3, seed: 1, frequency_penalty: 0 });
    expect(adjusted.toSorted()).toEqual(['best_of=ignored', 'logprobs=ignored', 'seed=ignored']);
  });

  it.each([
    ['prompt', { prompt: ' ' }],
    ['prompt', { prompt: [] }],
    ['prompt', { prompt: 5 }],
    ['prompt[1]', { prompt: ['a', ''] }],
    ['prompt[0]', { prompt: [1, 2, 3] }],
    ['prompt[0]', { prompt: [[1, 2, 3]] }],
    ['prompt', { prompt: Array.from({ length: 17 }, () => 'a') }],
    ['n', { prompt: ['a', 'b'], n: 9 }],
    ['suffix', { prompt: 'a', suffix: 'z' }],
    ['best_of', { prompt: 'a', n: 2, best_of: 1 }],
    ['best_of', { prompt: 'a', stream: true, best_of: 2 }],
  ])('answers 400 with param %s', (param, body) => {
    expect(() => translate(body)).toThrow(expect.objectContaining({ status: 400, param }));
  });
});
