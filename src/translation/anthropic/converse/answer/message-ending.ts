import { openAiServiceTierOf } from '../../../bedrock-options/service-tier.ts';
import { answerEnding } from '../../../answer/stop-reason.ts';
import type { ConverseAnswer } from '../../../../wire/converse.ts';
import type { AnthropicStopReason } from '../../../../wire/stop-reasons/answer-ending.ts';
import type { MessagesRequest } from '../../types.ts';
import type { Usage } from '../../../../usage/usage.ts';

/** Why an answer ended, in Anthropic's words. */
export interface MessageEnding {
  stop_reason: AnthropicStopReason;
  /** Converse does not tell which sequence ended an answer: known where there was only one. */
  stop_sequence: string | null;
}

/** What the end of an answer goes by. */
interface End {
  stopReason: ConverseAnswer['stopReason'];
  /** Families differ in what they say at the end of a turn with calls; clients go by the reason alone. */
  calls: number;
  /** Words of a refusal in place of the JSON that was asked for. */
  refusal?: string;
  /** The stop sequence that ended the answer, where the answer names it. */
  matched?: string;
}

/** Throws GatewayError 502 where Bedrock could not read the model's output. */
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

/** Anthropic's account of an answer. */
export interface AnthropicUsage {
  input_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
  cache_creation: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: number };
  output_tokens: number;
  /** Absent where Bedrock does not tell. */
  service_tier?: string;
}

/** Both count the prompt without what the cache held. */
export function toAnthropicUsage(usage: Usage, tier?: ConverseAnswer['serviceTier']): AnthropicUsage {
  const anHour = usage.cacheWrite1h ?? 0;
  const served = openAiServiceTierOf(tier);
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: Math.max(0, usage.cacheWrite - anHour),
      ephemeral_1h_input_tokens: anHour,
    },
    output_tokens: usage.output,
    ...(served !== undefined && { service_tier: served === 'default' ? 'standard' : served }),
  };
}
