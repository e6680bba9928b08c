export type AnswerBlock =
  /** `cites` is the name of the document that the text cites. */
  | { kind: 'text'; text: string; cites?: string }
  /** `signature` is undefined for models other than Claude. */
  | { kind: 'thinking'; text: string; signature: string | undefined }
  | { kind: 'redacted'; data: string }
  /** `json` can be incomplete because of the token limit. */
  | { kind: 'tool-use'; id: string; name: string; json: string };

/** Stop reasons of generated answers. Scripted answers can have others. */
export const STOP_REASONS = ['end_turn', 'tool_use', 'max_tokens', 'stop_sequence', 'guardrail_intervened'] as const;
export type StopReason = (typeof STOP_REASONS)[number] | (string & {});

export interface Usage {
  input: number;
  output: number;
  thinking: number;
  cacheRead: number;
  cacheWrite: number;
  /** Tokens written to the cache, by time to live. */
  written: { '5m': number; '1h': number };
}

export interface Answer {
  /** Hash of the request. Equal requests have equal ids. */
  id: string;
  blocks: AnswerBlock[];
  stopReason: StopReason;
  stopSequence?: string;
  usage: Usage;
}

/** Parses the input of a tool call. Returns an empty object if the JSON is incomplete. */
export function inputOf(json: string): Record<string, unknown> {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Splits a text into deltas of about one word, as a model's stream does. */
export function piecesOf(text: string): string[] {
  return text.match(/\s*\S{1,24}\s*/g) ?? (text === '' ? [] : [text]);
}

/** Splits a tool's input at arbitrary places, after an empty first piece, as Bedrock does. */
export function piecesOfJson(json: string): string[] {
  return ['', ...(json.match(/.{1,9}/gsu) ?? [])];
}
