import type { ContentBlock } from '../../wire/converse.ts';

/**
 * A thought that its model can tell from a forged one. It goes back byte for byte or not at all: Claude refuses
 * a changed one ("Invalid `signature` in `thinking` block").
 */
export type SignedThinking =
  | { kind: 'thinking'; text: string; signature: string }
  /** Base64, readable by the model alone. */
  | { kind: 'redacted'; data: string };

/** Undefined for blocks that are no thoughts, and for thoughts nobody signed. */
export function readSignedThinking({ reasoningContent }: ContentBlock): SignedThinking | undefined {
  if (reasoningContent?.redactedContent) return { kind: 'redacted', data: reasoningContent.redactedContent };
  const { text = '', signature } = reasoningContent?.reasoningText ?? {};
  return signature ? { kind: 'thinking', text, signature } : undefined;
}

export function toReasoningBlock(thought: SignedThinking): ContentBlock {
  switch (thought.kind) {
    case 'thinking':
      return { reasoningContent: { reasoningText: { text: thought.text, signature: thought.signature } } };
    case 'redacted':
      return { reasoningContent: { redactedContent: thought.data } };
    default:
      return thought satisfies never;
  }
}

/** Returns the length of everything that goes back to the model for a thought. */
export function charactersOf(thought: SignedThinking): number {
  return thought.kind === 'thinking' ? thought.text.length + thought.signature.length : thought.data.length;
}

/** Between a signature and the name of the one model that takes it back; no character of base64. */
const MARK = '#';

/**
 * Thoughts of the newest Claudes hold for one model only. The client gets theirs with the model's name behind
 * the signature, so that a conversation that moves to another model is told from one that stays.
 */
export function withModelMark(thought: SignedThinking, boundTo: string | undefined): SignedThinking {
  if (boundTo === undefined) return thought;
  return thought.kind === 'thinking'
    ? { ...thought, signature: `${thought.signature}${MARK}${boundTo}` }
    : { ...thought, data: `${thought.data}${MARK}${boundTo}` };
}

/** The thought as Bedrock gave it out, and the model it is bound to, where it is. */
export function withoutModelMark(thought: SignedThinking): { thought: SignedThinking; boundTo?: string } {
  const sealed = thought.kind === 'thinking' ? thought.signature : thought.data;
  const at = sealed.indexOf(MARK);
  if (at < 0) return { thought };
  const [bare, boundTo] = [sealed.slice(0, at), sealed.slice(at + 1)];
  return {
    thought: thought.kind === 'thinking' ? { ...thought, signature: bare } : { ...thought, data: bare },
    boundTo,
  };
}
