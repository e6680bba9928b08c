import { describe, expect, it } from '@jest/globals';
import { validateSync } from '../../libraries/class-validator.ts';

import { CompletionsRequestDto } from './completions.dto.ts';

function complaints(body: object): string[] {
  const errors = validateSync(Object.assign(new CompletionsRequestDto(), { model: 'claude-3-7-sonnet', ...body }));
  return errors.flatMap(({ constraints }) => Object.keys(constraints ?? {}));
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
    [{}, 'isDefined'],
    [{ prompt: null }, 'isDefined'],
    [{ prompt: 'a', echo: 1 }, 'isBoolean'],
    [{ prompt: 'a', logprobs: 6 }, 'max'],
    [{ prompt: 'a', best_of: 0 }, 'min'],
    [{ prompt: 'a', max_tokens: 0 }, 'min'],
  ])('refuses %j', (body, complaint) => {
    expect(complaints(body)).toContain(complaint);
  });
});
