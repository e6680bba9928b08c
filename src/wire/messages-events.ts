/**
 * Anthropic's Messages API as far as the gateway reads it. Everything else of a request or an answer passes as it
 * came: what the API will have next year does, too.
 */

/** One event of the stream: its type, and its JSON text. */
export interface MessagesEvent {
  type: string;
  json: string;
}

/** Tokens as Anthropic counts them; `input_tokens` excludes the cache. Counts of a stream are totals so far. */
export interface MessagesUsage {
  input_tokens?: number | null;
  output_tokens?: number | null;
  cache_creation_input_tokens?: number | null;
  cache_read_input_tokens?: number | null;
  cache_creation?: { ephemeral_1h_input_tokens?: number | null } | null;
}
