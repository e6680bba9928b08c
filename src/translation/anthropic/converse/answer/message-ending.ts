import { openAiServiceTierOf } from '../../../bedrock-options/service-tier.ts';
import { answerEnding } from '../../../answer/stop-reason.ts';
import type { ConverseAnswer } from '../../../../wire/converse.ts';
import type { AnthropicStopReason } from '../../../../wire/stop-reasons/answer-ending.ts';
import type { MessagesRequest } from '../../types.ts';
import type { Usage } from '../../../../usage/usage.ts';

/** Anthropic's fields for the end of an answer. */
export interface MessageEnding {
  stop_reason: AnthropicStopReason;
  /**
   * The stop sequence that ended the answer. Converse does not report it, so it is known only if the request has a
   * single one.
   */
  stop_sequence: string | null;
}

/** Inputs that determine the end of an answer. */
interface End {
  stopReason: ConverseAnswer['stopReason'];
  /**
   * Number of tool calls. Model families report different stop reasons after tool calls, but clients rely on
   * `tool_use`.
   */
  calls: number;
  /** Text of a model refusal that replaces JSON output. */
  refusal?: string;
  /** The stop sequence that ended the answer, if the answer names it. */
  matched?: string;
}

/**
 * Returns Anthropic's fields for the end of an answer. Throws GatewayError 502 if Bedrock could not parse the model's
 * output.
 */
export function messageEndingOf({ stopReason, calls, refusal, matched }: End, request: MessagesRequest): MessageEnding {
  const reason = refusal === undefined ? reasonOf(stopReason, calls) : 'refusal';
  return { stop_reason: reason, stop_sequence: reason === 'stop_sequence' ? (matched ?? onlyStop(request)) : null };
}

function reasonOf(stopReason: End['stopReason'], calls: number): AnthropicStopReason {
  const { chat, anthropic } = answerEnding(stopReason);
  return chat === 'stop' && calls > 0 ? 'tool_use' : anthropic;
}

function onlyStop({ stop_sequences: sequences }: MessagesRequest): string | null {
  const [only, ...others] = Array.isArray(sequences) ? (sequences as unknown[]) : [];
  return typeof only === 'string' && others.length === 0 ? only : null;
}

/** Anthropic's usage of an answer. */
export interface AnthropicUsage {
  input_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
  cache_creation: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: number };
  output_tokens: number;
  /** Absent if Bedrock does not report it. */
  service_tier?: string;
}

/** Converts usage to Anthropic's form. In both, the input excludes cached tokens. */
export function toAnthropicUsage(usage: Usage, tier?: ConverseAnswer['serviceTier']): AnthropicUsage {
  const writtenForHour = usage.cacheWrite1h ?? 0;
  const served = openAiServiceTierOf(tier);
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: Math.max(0, usage.cacheWrite - writtenForHour),
      ephemeral_1h_input_tokens: writtenForHour,
    },
    output_tokens: usage.output,
    ...(served !== undefined && { service_tier: served === 'default' ? 'standard' : served }),
  };
}
