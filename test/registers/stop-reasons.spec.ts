import { StopReason } from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, it } from '@jest/globals';
import { STOP_REASONS as EMULATOR_REASONS } from '../../emulator/answers/answer.ts';
import { STOP_REASONS, stopReasonRow, traceFinishReason } from '../../src/wire/stop-reasons/stop-reasons.ts';

/** Stop reasons of Claude that the AWS service model does not list. */
const OF_CLAUDE = ['pause_turn', 'refusal'];

describe('the table of stop reasons', () => {
  it('has exactly the reasons of the AWS service model and those of Claude', () => {
    expect(Object.keys(STOP_REASONS).toSorted()).toEqual([...Object.values(StopReason), ...OF_CLAUDE].toSorted());
  });

  it('has every reason that the emulator produces', () => {
    expect(EMULATOR_REASONS.filter((reason) => !(reason in STOP_REASONS))).toEqual([]);
  });

  it.each(['a_reason_of_next_year', 'constructor', '__proto__', '', undefined])('treats %p as end_turn', (reason) => {
    expect(stopReasonRow(reason)).toBe(STOP_REASONS.end_turn);
  });

  it.each([
    ['end_turn', 'stop'],
    ['tool_use', 'tool_call'],
    ['max_tokens', 'length'],
    ['guardrail_intervened', 'content_filter'],
    ['refusal', 'refusal'],
    ['pause_turn', 'pause_turn'],
    ['malformed_tool_use', 'malformed_tool_use'],
    ['error', 'error'],
    ['constructor', 'constructor'],
  ])('%s is %s in a trace', (reason, expected) => {
    expect(traceFinishReason(reason)).toBe(expected);
  });
});
