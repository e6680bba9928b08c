import type { ClaudeFields } from './converse-json.ts';

/** The parts of an Anthropic Messages body that the emulator reads. */
export interface MessagesJson extends ClaudeFields {
  max_tokens: number;
  messages: { role: 'user' | 'assistant' | 'system'; content: string | MessageBlockJson[] }[];
  system?: string | MessageBlockJson[];
  temperature?: number;
  top_p?: number;
  stop_sequences?: string[];
  tools?: MessageToolJson[];
}

interface CacheControl {
  cache_control?: { ttl?: string };
}

export interface MessageToolJson extends CacheControl {
  type?: string;
  name: string;
  description?: string;
  input_schema?: unknown;
  strict?: boolean;
}

interface Source {
  type: string;
  media_type?: string;
  data?: string;
}

export type MessageBlockJson = CacheControl &
  (
    | { type: 'text'; text: string }
    | { type: 'image'; source: Source }
    | { type: 'document'; source: Source; title?: string }
    | { type: 'tool_use'; id: string; name: string; input: unknown }
    | { type: 'tool_result'; tool_use_id: string; content?: string | MessageBlockJson[]; is_error?: boolean }
    | { type: 'thinking'; thinking: string; signature: string }
    | { type: 'redacted_thinking'; data: string }
    | { type: 'search_result' | 'server_tool_use' | 'tool_search_tool_result' | 'tool_reference' }
  );
