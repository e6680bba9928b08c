import type { ContentBlock, ConverseRequest } from './wire.ts';

/** Anthropic: an image costs width × height / 750 tokens, 1,600 at most; typical screenshots a good thousand. */
const IMAGE_TOKENS = 1_000;

/**
 * About how many tokens a piece of prompt is: four bytes of UTF-8 are one. Claude's newer tokenizers make more of the
 * same text (Anthropic: some 30 % from 4.7 on), so a prefix that reaches a minimum by this count reaches it in truth.
 */
export function estimateTokens(text: string): number {
  return Buffer.byteLength(text) / 4;
}

export function estimateBlock(block: ContentBlock): number {
  if (block.text !== undefined) return estimateTokens(block.text);
  if (block.image) return IMAGE_TOKENS;
  // Bytes are base64, of which PDFs make far fewer tokens than of text; they are long enough either way.
  if (block.document?.source?.bytes !== undefined) return (block.document.source.bytes.length * 3) / 16;
  return estimateTokens(JSON.stringify(block));
}

/** About how many tokens a whole prompt has; too few rather than too many. */
export function estimatePrompt({ messages, system, toolConfig }: ConverseRequest): number {
  const blocks = [...(system ?? []), ...(messages ?? []).flatMap(({ content }) => content ?? [])];
  const tools = toolConfig ? estimateTokens(JSON.stringify(toolConfig.tools)) : 0;
  return Math.ceil(blocks.reduce((tokens, block) => tokens + estimateBlock(block as ContentBlock), tools));
}
