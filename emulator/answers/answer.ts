export type AnswerBlock =
  /** `cites`: the name of the document that the text is taken from. */
  | { kind: 'text'; text: string; cites?: string }
  /** `signature` is missing for models other than Claude. */
  | { kind: 'thinking'; text: string; signature: string | undefined }
  | { kind: 'redacted'; data: string }
  /** `json` may be cut short by the token limit. */
  | { kind: 'tool-use'; id: string; name: string; json: string };

/** The stop reasons that the emulator produces by itself; a script may name any other. */
export const STOP_REASONS = ['end_turn', 'tool_use', 'max_tokens', 'stop_sequence', 'guardrail_intervened'] as const;
export type StopReason = (typeof STOP_REASONS)[number] | (string & {});

export interface Usage {
  input: number;
  output: number;
  thinking: number;
  cacheRead: number;
  cacheWrite: number;
  /** Tokens written by time to live. */
  written: { '5m': number; '1h': number };
}

export interface Answer {
  /** Stands for the request: the same request gets the same ids. */
  id: string;
  blocks: AnswerBlock[];
  stopReason: StopReason;
  stopSequence?: string;
  usage: Usage;
}

/** The input of a tool call as far as it is whole. */
export function inputOf(json: string): Record<string, unknown> {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Pieces as a model's stream would have them: about a word each. */
export function piecesOf(text: string): string[] {
  return text.match(/\s*\S{1,24}\s*/g) ?? (text === '' ? [] : [text]);
}

/** Pieces of a tool's input: cut anywhere, the first empty, as the service's are. */
export function piecesOfJson(json: string): string[] {
  return ['', ...(json.match(/.{1,9}/gsu) ?? [])];
}
