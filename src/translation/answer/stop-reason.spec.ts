import { describe, expect, it } from '@jest/globals';

import { answerEnding } from './stop-reason.ts';

describe('the ending of an answer', () => {
  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['pause_turn', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool_calls'],
    ['guardrail_intervened', 'content_filter'],
    ['content_filtered', 'content_filter'],
    ['refusal', 'content_filter'],
    ['a_future_reason', 'stop'],
    ['constructor', 'stop'],
    [undefined, 'stop'],
  ])('%s becomes %s', (reason, expected) => {
    expect(answerEnding(reason).chat).toBe(expected);
  });

  it.each(['malformed_model_output', 'malformed_tool_use'])('%s throws a model error', (reason) => {
    expect(() => answerEnding(reason)).toThrow(
      expect.objectContaining({ status: 502, code: 'model_error', retryable: false }),
    );
  });
});
