/**
 * Anthropic's Messages API. Contains only the fields that the gateway reads. All others pass unchanged, so that new
 * features of the API work without changes here.
 */

/** A stream event: its type and its JSON text. */
export interface MessagesEvent {
  type: string;
  json: string;
}

/** Token counts of Anthropic. `input_tokens` excludes cached tokens. Counts in a stream are running totals. */
export interface MessagesUsage {
  input_tokens?: number | null;
  output_tokens?: number | null;
  cache_creation_input_tokens?: number | null;
  cache_read_input_tokens?: number | null;
  cache_creation?: { ephemeral_1h_input_tokens?: number | null } | null;
}
