import type { StopReason } from '@aws-sdk/client-bedrock-runtime';
import type { AnswerEnding, UnreadableOutput } from './answer-ending.ts';

/** Stop reasons of Converse, and those of Claude that can reach Converse before AWS documents them. */
export type KnownStopReason = StopReason | 'refusal' | 'pause_turn';

const END_OF_TURN: AnswerEnding = {
  meaning: 'The model has finished its turn.',
  chat: 'stop',
  completions: 'stop',
  responses: 'completed',
  anthropic: 'end_turn',
  structured: 'check',
  trace: 'stop',
};
const TOKEN_LIMIT: AnswerEnding = {
  meaning: 'The limit of output tokens is reached.',
  chat: 'length',
  completions: 'length',
  responses: 'max_output_tokens',
  anthropic: 'max_tokens',
  structured: 'pass',
  trace: 'length',
};
const FILTER: AnswerEnding = {
  meaning: 'A content filter of the model has ended the answer.',
  chat: 'content_filter',
  completions: 'content_filter',
  responses: 'content_filter',
  anthropic: 'refusal',
  structured: 'refusal',
  trace: 'content_filter',
};
const UNREADABLE: UnreadableOutput = {
  meaning: 'Bedrock could not read the output of the model.',
  error: 'model_error',
  structured: 'pass',
};

/**
 * The one table of stop reasons. Sources: AWS API reference, Converse, `stopReason`; Anthropic, "Handling stop reasons".
 * docs/compatibility.md shows it (`npm run docs:compatibility`).
 */
export const STOP_REASONS = {
  end_turn: END_OF_TURN,
  stop_sequence: { ...END_OF_TURN, meaning: 'A stop sequence has ended the answer.', anthropic: 'stop_sequence' },
  pause_turn: { ...END_OF_TURN, meaning: 'Claude has paused a long turn.', trace: undefined },
  tool_use: {
    meaning: 'The model calls a tool.',
    chat: 'tool_calls',
    completions: 'stop',
    responses: 'completed',
    anthropic: 'tool_use',
    structured: 'check',
    trace: 'tool_call',
  },
  max_tokens: TOKEN_LIMIT,
  model_context_window_exceeded: {
    ...TOKEN_LIMIT,
    meaning: 'The context window of the model is full.',
    anthropic: 'model_context_window_exceeded',
  },
  guardrail_intervened: {
    ...FILTER,
    meaning: 'A guardrail has replaced or ended the answer.',
    structured: 'pass',
    isGuardrailText: true,
  },
  content_filtered: FILTER,
  refusal: { ...FILTER, meaning: 'Claude has declined to answer.', trace: undefined },
  malformed_model_output: UNREADABLE,
  malformed_tool_use: UNREADABLE,
} as const satisfies Readonly<Record<KnownStopReason, AnswerEnding | UnreadableOutput>>;

const BY_REASON: ReadonlyMap<string | undefined, AnswerEnding | UnreadableOutput> = new Map(
  Object.entries(STOP_REASONS),
);

/** Returns the row of a stop reason. A reason that is missing or unknown ends an answer as `end_turn` does. */
export function stopReasonRow(reason: string | undefined): AnswerEnding | UnreadableOutput {
  return BY_REASON.get(reason) ?? END_OF_TURN;
}

/** Returns the `finish_reason` of a trace; reasons without an equivalent pass as they are. */
export function traceFinishReason(reason: string): string {
  const row = BY_REASON.get(reason);
  return (row !== undefined && 'trace' in row ? row.trace : undefined) ?? reason;
}
