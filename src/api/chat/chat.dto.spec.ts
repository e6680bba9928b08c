import { describe, expect, it } from '@jest/globals';
import { validateSync } from '../../libraries/class-validator.ts';

import { ChatRequestDto } from './chat.dto.ts';

const GOOD = { model: 'claude-3-7-sonnet', messages: [{ role: 'user', content: 'Hi' }] };

function errorsOf(body: object): string[] {
  const errors = validateSync(Object.assign(new ChatRequestDto(), body));
  return errors.flatMap(({ constraints }) => Object.keys(constraints ?? {}));
}

describe('ChatRequestDto', () => {
  it('accepts a minimal request', () => {
    expect(errorsOf(GOOD)).toEqual([]);
  });

  it('accepts null for every optional field, and unknown fields', () => {
    const optional = {
      stream: null,
      stream_options: null,
      max_tokens: null,
      max_completion_tokens: null,
      n: null,
      temperature: null,
      top_p: null,
      top_k: null,
      frequency_penalty: null,
      presence_penalty: null,
      seed: null,
      logit_bias: null,
      logprobs: null,
      reasoning_effort: null,
      tools: null,
      response_format: null,
      user: null,
      field_of_next_year: { a: 1 },
    };
    expect(errorsOf({ ...GOOD, ...optional })).toEqual([]);
  });

  it('accepts all members of unions, which the translator checks', () => {
    expect(errorsOf({ ...GOOD, stop: ['a'], thinking: { type: 'enabled', budget_tokens: 1_024 } })).toEqual([]);
    expect(errorsOf({ ...GOOD, stop: 'a', thinking: true })).toEqual([]);
  });

  it.each([
    [{ model: 5 }, 'isString'],
    [{ model: '' }, 'isNotEmpty'],
    [{ messages: undefined }, 'isArray'],
    [{ messages: 'Hi' }, 'isArray'],
    [{ messages: [] }, 'arrayMinSize'],
    [{ stream: 'true' }, 'isBoolean'],
    [{ max_tokens: 0 }, 'min'],
    [{ max_tokens: 1.5 }, 'isInt'],
    [{ max_completion_tokens: '5' }, 'isInt'],
    [{ n: 0 }, 'min'],
    [{ temperature: 2.1 }, 'max'],
    [{ temperature: '1' }, 'isNumber'],
    [{ top_p: -0.1 }, 'min'],
    [{ presence_penalty: 3 }, 'max'],
    [{ max_thinking_tokens: 0 }, 'min'],
    [{ enable_extended_output: 'yes' }, 'isBoolean'],
  ])('rejects %j', (change, complaint) => {
    expect(errorsOf({ ...GOOD, ...change })).toContain(complaint);
  });

  it('rejects an unknown effort', () => {
    expect(errorsOf({ ...GOOD, reasoning_effort: 'extreme' })).toEqual(['isIn']);
  });
});
