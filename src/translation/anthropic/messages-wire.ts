/**
 * Anthropic's Messages API as far as the gateway reads it. Everything else of a request or an answer passes as it
 * came: what the API will have next year does, too.
 */

/** One event of the stream: its type, and its JSON text. */
export interface MessagesEvent {
  type: string;
  json: string;
}

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

/** Tokens as Anthropic counts them; `input_tokens` excludes the cache. Counts of a stream are totals so far. */
export interface MessagesUsage {
  input_tokens?: number | null;
  output_tokens?: number | null;
  cache_creation_input_tokens?: number | null;
  cache_read_input_tokens?: number | null;
  cache_creation?: { ephemeral_1h_input_tokens?: number | null } | null;
}

export type Fields = Readonly<Record<string, unknown>>;

/** The fields of an object; of anything else none. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The members of a list that are objects; other members are the model's to refuse. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** The role of a message; undefined for anything else. */
export function roleOf(message: unknown): unknown {
  return fieldsOf(message)['role'];
}

/** Content as blocks. */
export function blocksOf(content: unknown): readonly unknown[] {
  if (typeof content !== 'string') return listOf(content);
  return content === '' ? [] : [{ type: 'text', text: content }];
}
