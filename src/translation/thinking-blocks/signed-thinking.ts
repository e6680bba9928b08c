import type { ContentBlock } from '../../wire/converse.ts';

/**
 * The thinking of one content block, with the signature or the encryption of its model. The gateway sends it back
 * unchanged or not at all, because Claude rejects modified thinking ("Invalid `signature` in `thinking` block").
 */
export type SignedThinking =
  | { kind: 'thinking'; text: string; signature: string }
  /** `data` is base64. Only the model can decrypt it. */
  | { kind: 'redacted'; data: string };

/** Returns the thinking of a block; undefined if the block holds no thinking or the thinking has no signature. */
export function readSignedThinking({ reasoningContent }: ContentBlock): SignedThinking | undefined {
  if (reasoningContent?.redactedContent) return { kind: 'redacted', data: reasoningContent.redactedContent };
  const { text = '', signature } = reasoningContent?.reasoningText ?? {};
  return signature ? { kind: 'thinking', text, signature } : undefined;
}

/** Converts thinking to a `reasoningContent` block of Converse. */
export function toReasoningBlock(thinking: SignedThinking): ContentBlock {
  switch (thinking.kind) {
    case 'thinking':
      return { reasoningContent: { reasoningText: { text: thinking.text, signature: thinking.signature } } };
    case 'redacted':
      return { reasoningContent: { redactedContent: thinking.data } };
    default:
      return thinking satisfies never;
  }
}

/** Returns the number of characters that a block of thinking adds to a request. */
export function charactersOf(thinking: SignedThinking): number {
  return thinking.kind === 'thinking' ? thinking.text.length + thinking.signature.length : thinking.data.length;
}

/** Separates a signature from the name of the model that it is bound to. Base64 does not use this character. */
const MARK = '#';

/**
 * Appends the name of a model to the signature or the data of thinking.
 *
 * Each of the newest Claude models accepts only its own thinking. The name in the client's copy lets the gateway drop
 * the thinking when the conversation moves to another model.
 *
 * @param boundTo - the name of the model; absent if other models accept the thinking, which is then returned as it is
 */
export function withModelMark(thinking: SignedThinking, boundTo: string | undefined): SignedThinking {
  if (boundTo === undefined) return thinking;
  return thinking.kind === 'thinking'
    ? { ...thinking, signature: `${thinking.signature}${MARK}${boundTo}` }
    : { ...thinking, data: `${thinking.data}${MARK}${boundTo}` };
}

/** Returns thinking as Bedrock sent it, and the name of the model that `withModelMark` appended, if there is one. */
export function withoutModelMark(thinking: SignedThinking): { thinking: SignedThinking; boundTo?: string } {
  const marked = thinking.kind === 'thinking' ? thinking.signature : thinking.data;
  const at = marked.indexOf(MARK);
  if (at < 0) return { thinking };
  const [bare, boundTo] = [marked.slice(0, at), marked.slice(at + 1)];
  return {
    thinking: thinking.kind === 'thinking' ? { ...thinking, signature: bare } : { ...thinking, data: bare },
    boundTo,
  };
}
