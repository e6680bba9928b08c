import { describe, expect, it } from '@jest/globals';
import { validateSync } from '../../libraries/class-validator.ts';

import { CompletionsRequestDto } from './completions.dto.ts';

function complaints(body: object): string[] {
  const errors = validateSync(Object.assign(new CompletionsRequestDto(), { model: 'claude-3-7-sonnet', ...body }));
  return errors.flatMap(({ constraints }) => Object.values(constraints ?? {}));
}

describe('the envelope of a completions request', () => {
  it.each([
    [{ prompt: 'Once' }],
    [{ prompt: ['Once', 'Twice'], n: 2, echo: true, logprobs: 0, best_of: 2, suffix: null }],
    [{ prompt: [1, 2] }],
  ])('takes %j', (body) => {
    expect(complaints(body)).toEqual([]);
  });

  it.each([
    [{}, 'prompt must be text or a list of texts'],
    [{ prompt: null }, 'prompt must be text or a list of texts'],
    [{ prompt: 'a', echo: 1 }, 'echo must be a boolean value'],
    [{ prompt: 'a', logprobs: 6 }, 'logprobs must not be greater than 5'],
    [{ prompt: 'a', best_of: 0 }, 'best_of must not be less than 1'],
    [{ prompt: 'a', max_tokens: 0 }, 'max_tokens must not be less than 1'],
  ])('refuses %j', (body, complaint) => {
    expect(complaints(body)).toContain(complaint);
  });
});
