import { describe, expect, it } from '@jest/globals';
import { validateSync } from '../../libraries/class-validator.ts';

import { CompletionsRequestDto } from './completions.dto.ts';

function errorsOf(body: object): string[] {
  const errors = validateSync(Object.assign(new CompletionsRequestDto(), { model: 'claude-3-7-sonnet', ...body }));
  return errors.flatMap(({ constraints }) => Object.keys(constraints ?? {}));
}

describe('CompletionsRequestDto', () => {
  it.each([
    [{ prompt: 'Once' }],
    [{ prompt: ['Once', 'Twice'], n: 2, echo: true, logprobs: 0, best_of: 2, suffix: null }],
    [{ prompt: [1, 2] }],
  ])('accepts %j', (body) => {
    expect(errorsOf(body)).toEqual([]);
  });

  it.each([
    [{}, 'isDefined'],
    [{ prompt: null }, 'isDefined'],
    [{ prompt: 'a', echo: 1 }, 'isBoolean'],
    [{ prompt: 'a', logprobs: 6 }, 'max'],
    [{ prompt: 'a', best_of: 0 }, 'min'],
    [{ prompt: 'a', max_tokens: 0 }, 'min'],
  ])('rejects %j', (body, complaint) => {
    expect(errorsOf(body)).toContain(complaint);
  });
});
