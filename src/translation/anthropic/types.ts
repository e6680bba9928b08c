import { asRecord, asRecordList } from '../../wire/json/json-fields.ts';

/** Body of `POST /v1/messages` (Anthropic SDK 1.12.0 of 2026-11-20, and fields that older clients send). */
export interface MessagesRequest {
  /** If absent, the gateway uses the default model. */
  model?: string | null;
  max_tokens: number;
  messages: readonly unknown[];
  stream?: boolean | null;
  system?: unknown;
  tools?: unknown;
  tool_choice?: unknown;
  thinking?: unknown;
  output_config?: unknown;
  temperature?: unknown;
  top_p?: unknown;
  top_k?: unknown;
  stop_sequences?: unknown;
  metadata?: unknown;
  service_tier?: unknown;
  cache_control?: unknown;
  anthropic_beta?: unknown;
}

/** Body of `POST /v1/messages/count_tokens`: a message request without the fields that concern the answer. */
export type CountTokensRequest = Omit<MessagesRequest, 'max_tokens' | 'stream'>;

/** Returns the role of a message; undefined if the value is no message. */
export function roleOf(message: unknown): unknown {
  return asRecord(message)['role'];
}

/** Returns content as a list of blocks. A string becomes one text block. */
export function blocksOf(content: unknown): readonly unknown[] {
  if (typeof content !== 'string') return asRecordList(content);
  return content === '' ? [] : [{ type: 'text', text: content }];
}
