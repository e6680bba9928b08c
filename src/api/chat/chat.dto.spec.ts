import { describe, expect, it } from '@jest/globals';
import { validateSync } from '../../libraries/class-validator.ts';

import { ChatRequestDto } from './chat.dto.ts';

const GOOD = { model: 'claude-3-7-sonnet', messages: [{ role: 'user', content: 'Hi' }] };

function complaints(body: object): string[] {
  const errors = validateSync(Object.assign(new ChatRequestDto(), body));
  return errors.flatMap(({ constraints }) => Object.keys(constraints ?? {}));
}

describe('the envelope of a chat request', () => {
  it('takes the least a request can be', () => {
    expect(complaints(GOOD)).toEqual([]);
  });

  it('takes null for every optional field, and fields it does not know', () => {
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
    expect(complaints({ ...GOOD, ...optional })).toEqual([]);
  });

  it('takes every form of the unions that the translator reads', () => {
    expect(complaints({ ...GOOD, stop: ['a'], thinking: { type: 'enabled', budget_tokens: 1_024 } })).toEqual([]);
    expect(complaints({ ...GOOD, stop: 'a', thinking: true })).toEqual([]);
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
  ])('refuses %j', (change, complaint) => {
    expect(complaints({ ...GOOD, ...change })).toContain(complaint);
  });

  it('refuses an effort that does not exist', () => {
    expect(complaints({ ...GOOD, reasoning_effort: 'extreme' })).toEqual(['isIn']);
  });
});
