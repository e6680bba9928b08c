import { asRecord, asRecordList } from '../../wire/json/json-fields.ts';

/** `POST /v1/messages` (Anthropic SDK 1.12.0 of 2026-11-20, and what older clients send). */
export interface MessagesRequest {
  /** Absent: the default model answers. */
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

/** `POST /v1/messages/count_tokens`: a request without what is about the answer. */
export type CountTokensRequest = Omit<MessagesRequest, 'max_tokens' | 'stream'>;

/** The role of a message; undefined for anything else. */
export function roleOf(message: unknown): unknown {
  return asRecord(message)['role'];
}

/** Content as blocks. */
export function blocksOf(content: unknown): readonly unknown[] {
  if (typeof content !== 'string') return asRecordList(content);
  return content === '' ? [] : [{ type: 'text', text: content }];
}
