export type CacheTtl = '5m' | '1h';

interface Cacheable {
  /** Time to live of the cache checkpoint after this part; absent without a checkpoint. */
  cache?: CacheTtl;
}

export type Block = Cacheable &
  /** `guarded`: marked for evaluation by the guardrail. */
  (
    | { kind: 'text'; text: string; guarded?: true }
    | { kind: 'image'; format: string; base64: string }
    /** `format` and `base64` are present only if the request contains the bytes. */
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
    /** Block whose content the emulator does not read: video, audio, search results, … */
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
  /** True if the input must conform to the schema. */
  strict?: boolean;
}

export interface Thinking {
  type: 'enabled' | 'adaptive' | 'disabled' | 'between_tools';
  budget?: number;
  display?: 'summarized' | 'omitted';
  dropsMismatched: boolean;
}

/** A request in a form that is independent of its API. Rules and answers use this form. */
export interface Conversation {
  api: 'converse' | 'messages';
  system: ({ text: string } & Cacheable)[];
  turns: Turn[];
  tools: Tool[];
  /** Names of Anthropic-defined tools. */
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
  /** JSON schema that the answer must conform to. */
  format: unknown;
  betas: string[];
  guarded: boolean;
}

/** Returns the text blocks of the last user turn, without its tool results. */
export function lastUserText(conversation: Conversation): string {
  const last = conversation.turns.findLast((turn) => turn.role === 'user');
  return (last?.blocks ?? []).flatMap((block) => (block.kind === 'text' ? [block.text] : [])).join(' ');
}

/**
 * Returns the text that a guardrail evaluates: the marked text, or all text of the conversation if none is marked.
 * Source: AWS user guide, "Use a guardrail with the Converse API".
 */
export function guardedText({ turns }: Conversation): string {
  const texts = turns.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === 'text' ? [block] : [])));
  const marked = texts.filter(({ guarded }) => guarded);
  return (marked.length > 0 ? marked : texts).map(({ text }) => text).join(' ');
}

export function lastToolResults(conversation: Conversation): string[] {
  const last = conversation.turns.at(-1);
  return (last?.blocks ?? []).flatMap((block) => (block.kind === 'tool-result' ? [block.text] : []));
}

/** Returns the tokens of a text by the emulator's own rule: one token for each four characters, at least one. */
export function tokensOf(text: string): number {
  return Math.max(1, Math.ceil(text.length / 4));
}
