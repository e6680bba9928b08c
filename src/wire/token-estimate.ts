import type { ContentBlock, ConverseEvent, ConverseRequest } from './converse.ts';

/** Tokens of a typical screenshot. Anthropic counts width × height / 750 tokens, at most 1,600. */
const IMAGE_TOKENS = 1_000;
/** Characters of base64 for each token of a PDF: a page of about 75 KB has about 2,000 tokens. */
export const PDF_CHARACTERS_PER_TOKEN = 50;

/**
 * Estimates the tokens of a text: one token for four bytes of UTF-8. Claude's newer tokenizers count more (Anthropic:
 * about 30 % from 4.7 on), so a prefix that reaches a cache minimum by this estimate reaches it in fact.
 */
export function estimateTokens(text: string): number {
  return Buffer.byteLength(text) / 4;
}

/** Estimates the tokens of a content block. */
export function estimateBlock(block: ContentBlock): number {
  if (block.text !== undefined) return estimateTokens(block.text);
  if (block.image) return IMAGE_TOKENS;
  // `bytes` is base64. PDFs have far fewer tokens for their size than text.
  const { format, source } = block.document ?? {};
  if (source?.bytes !== undefined) {
    return format === 'pdf' ? source.bytes.length / PDF_CHARACTERS_PER_TOKEN : (source.bytes.length * 3) / 16;
  }
  return estimateTokens(JSON.stringify(block));
}

/** Estimates the tokens of a prompt: instructions, tools and conversation, including cached tokens. */
export function estimatePrompt({ system, messages, toolConfig }: ConverseRequest): number {
  let tokens = toolConfig ? estimateTokens(JSON.stringify(toolConfig)) : 0;
  for (const block of system ?? []) tokens += block.text === undefined ? 0 : estimateTokens(block.text);
  for (const { content } of messages ?? []) {
    for (const block of content ?? []) tokens += block.cachePoint ? 0 : estimateBlock(block);
  }
  return tokens;
}

/**
 * Estimates the output tokens of a stream event: text, thinking and tool inputs. The estimate is too low for summarized
 * or hidden thinking, and for newer tokenizers.
 */
export function estimateEvent({ contentBlockStart, contentBlockDelta }: ConverseEvent): number {
  const name = contentBlockStart?.start?.toolUse?.name;
  if (name !== undefined) return estimateTokens(name);
  const delta = contentBlockDelta?.delta;
  if (delta === undefined) return 0;
  const text = delta.text ?? delta.toolUse?.input ?? delta.reasoningContent?.text;
  if (text !== undefined) return estimateTokens(text);
  // Redacted thinking in base64.
  return ((delta.reasoningContent?.redactedContent?.length ?? 0) * 3) / 16;
}
