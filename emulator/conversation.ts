/**
 * A request as the model sees it, whichever API it came through. Rules and answers work on this.
 */
export type CacheTtl = '5m' | '1h';

interface Cacheable {
  /** A cache checkpoint stands after this. */
  cache?: CacheTtl;
}

export type Block = Cacheable &
  /** `guarded`: the part that a guardrail shall look at. */
  (
    | { kind: 'text'; text: string; guarded?: true }
    | { kind: 'image'; format: string; base64: string }
    /** Format and base64 only where the bytes came along. */
    | { kind: 'document'; name: string; bytes: number; format?: string; base64?: string; cites?: boolean }
    | { kind: 'thinking'; text: string; signature: string | undefined }
    | { kind: 'redacted'; data: string }
    | { kind: 'tool-use'; id: string; name: string; input: unknown }
    | {
        kind: 'tool-result';
        id: string;
        text: string;
        isError: boolean;
        onlyText: boolean;
        images: { format: string; base64: string }[];
      }
    /** Accepted and not looked into: video, audio, search results, … */
    | { kind: 'other'; name: string }
  );

export interface Turn {
  role: 'user' | 'assistant';
  blocks: Block[];
}

export interface Tool extends Cacheable {
  name: string;
  description: string;
  schema: unknown;
  /** The input must conform to the schema. */
  strict?: boolean;
}

export interface Thinking {
  type: 'enabled' | 'adaptive' | 'disabled' | 'between_tools';
  budget?: number;
  display?: 'summarized' | 'omitted';
  dropsMismatched: boolean;
}

export interface Conversation {
  api: 'converse' | 'messages';
  system: ({ text: string } & Cacheable)[];
  turns: Turn[];
  tools: Tool[];
  /** Anthropic-defined tools, known by type only. */
  builtInTools: string[];
  toolChoice: { type: 'auto' | 'any' | 'none' } | { type: 'tool'; name: string } | undefined;
  oneToolAtMost: boolean;
  maxTokens: number | undefined;
  temperature: number | undefined;
  topP: number | undefined;
  topK: number | undefined;
  stopSequences: string[];
  thinking: Thinking | undefined;
  effort: string | undefined;
  /** The JSON schema the answer must conform to. */
  format: unknown;
  betas: string[];
  guarded: boolean;
}

/** The text of the last turn, tool results included. */
export function lastWords(conversation: Conversation): string {
  const last = conversation.turns.findLast((turn) => turn.role === 'user');
  return (last?.blocks ?? []).flatMap((block) => (block.kind === 'text' ? [block.text] : [])).join(' ');
}

/**
 * What a guardrail looks at: the text that is marked, or all of the conversation where none is.
 * AWS user guide, "Use a guardrail with the Converse API".
 */
export function guardedWords({ turns }: Conversation): string {
  const texts = turns.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === 'text' ? [block] : [])));
  const marked = texts.filter(({ guarded }) => guarded);
  return (marked.length > 0 ? marked : texts).map(({ text }) => text).join(' ');
}

export function lastToolResults(conversation: Conversation): string[] {
  const last = conversation.turns.at(-1);
  return (last?.blocks ?? []).flatMap((block) => (block.kind === 'tool-result' ? [block.text] : []));
}

/** The emulator's rule for tokens: four characters are one, and nothing is none. */
export function tokensOf(text: string): number {
  return Math.max(1, Math.ceil(text.length / 4));
}
