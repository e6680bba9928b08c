import { describe, expect, it } from '@jest/globals';
import { validateSync } from '../../libraries/class-validator.ts';

import { ChatRequestDto } from './chat.dto.ts';

const GOOD = { model: 'claude-3-7-sonnet', messages: [{ role: 'user', content: 'Hi' }] };

function complaints(body: object): string[] {
  const errors = validateSync(Object.assign(new ChatRequestDto(), body));
  return errors.flatMap(({ constraints }) => Object.values(constraints ?? {}));
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
    [{ model: undefined }, 'model must be the name of a model'],
    [{ model: '' }, 'model must be the name of a model'],
    [{ messages: undefined }, 'messages must be a list of messages'],
    [{ messages: 'Hi' }, 'messages must be a list of messages'],
    [{ messages: [] }, 'messages must hold at least one message'],
    [{ stream: 'true' }, 'stream must be a boolean value'],
    [{ max_tokens: 0 }, 'max_tokens must not be less than 1'],
    [{ max_tokens: 1.5 }, 'max_tokens must be an integer number'],
    [{ max_completion_tokens: '5' }, 'max_completion_tokens must be an integer number'],
    [{ n: 0 }, 'n must not be less than 1'],
    [{ temperature: 2.1 }, 'temperature must not be greater than 2'],
    [{ temperature: '1' }, 'temperature must be a number conforming to the specified constraints'],
    [{ top_p: -0.1 }, 'top_p must not be less than 0'],
    [{ presence_penalty: 3 }, 'presence_penalty must not be greater than 2'],
    [{ max_thinking_tokens: 0 }, 'max_thinking_tokens must not be less than 1'],
    [{ enable_extended_output: 'yes' }, 'enable_extended_output must be a boolean value'],
  ])('refuses %j', (change, complaint) => {
    expect(complaints({ ...GOOD, ...change })).toContain(complaint);
  });

  it('names the efforts there are', () => {
    expect(complaints({ ...GOOD, reasoning_effort: 'extreme' })).toEqual([
      'reasoning_effort must be one of the following values: none, minimal, low, medium, high, xhigh, max',
    ]);
  });
});
