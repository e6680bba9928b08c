/** OpenAI's `finish_reason` without the deprecated `function_call`. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** `status` of an object of the Responses API: `completed`, else `incomplete` with this `incomplete_details.reason`. */
export type ResponsesEnding = 'completed' | 'max_output_tokens' | 'content_filter';

/** `stop_reason` of Anthropic's Messages API, as far as Converse has an equivalent. */
export type AnthropicStopReason =
  | 'end_turn'
  | 'max_tokens'
  | 'stop_sequence'
  | 'tool_use'
  | 'refusal'
  | 'model_context_window_exceeded';

/**
 * Treatment of an answer to a request for JSON.
 * - `check`: the text is checked against the schema.
 * - `pass`: the answer passes unchecked.
 * - `refusal`: the text is the refusal of the model.
 */
type StructuredEnding = 'check' | 'pass' | 'refusal';

/** One stop reason in the form of each API. */
export interface AnswerEnding {
  /** A sentence fragment for docs/compatibility.md. */
  meaning: string;
  /** Chat Completions. `stop` becomes `tool_calls` if the answer has calls, because model families differ in it. */
  chat: FinishReason;
  /** The Completions API, which has no tools. */
  completions: Exclude<FinishReason, 'tool_calls'>;
  responses: ResponsesEnding;
  /** Where `chat` is `stop`, it becomes `tool_use` if the answer has calls. */
  anthropic: AnthropicStopReason;
  structured: StructuredEnding;
  /** True if the text comes from a guardrail, not from the model. */
  isGuardrailText?: true;
  /** `finish_reason` of the OpenTelemetry conventions for generative AI; undefined passes the reason of Bedrock. */
  trace?: string;
}

/** A stop reason without an answer: Bedrock could not read the output of the model. */
export interface UnreadableOutput {
  meaning: string;
  error: 'model_error';
  structured: StructuredEnding;
}
