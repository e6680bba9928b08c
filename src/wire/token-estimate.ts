import type { ContentBlock, ConverseEvent, ConverseRequest } from './converse.ts';

/** Anthropic: an image costs width × height / 750 tokens, 1,600 at most; typical screenshots a good thousand. */
const IMAGE_TOKENS = 1_000;
/** Base64 characters of a PDF for a token: a page of some 75 KB comes to about 2,000. */
export const PDF_CHARACTERS_A_TOKEN = 50;

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
  // Bytes are base64, of which PDFs make far fewer tokens than text.
  const { format, source } = block.document ?? {};
  if (source?.bytes !== undefined) {
    return format === 'pdf' ? source.bytes.length / PDF_CHARACTERS_A_TOKEN : (source.bytes.length * 3) / 16;
  }
  return estimateTokens(JSON.stringify(block));
}

/** The prompt of a request: instructions, tools and conversation. Nobody knows here what of it the cache held. */
export function estimatePrompt({ system, messages, toolConfig }: ConverseRequest): number {
  let tokens = toolConfig ? estimateTokens(JSON.stringify(toolConfig)) : 0;
  for (const block of system ?? []) tokens += block.text === undefined ? 0 : estimateTokens(block.text);
  for (const { content } of messages ?? []) {
    for (const block of content ?? []) tokens += block.cachePoint ? 0 : estimateBlock(block);
  }
  return tokens;
}

/**
 * What one event of a stream has brought: text, thoughts and the input of calls. Too low for thoughts that are shown as
 * a summary or not at all, and for newer tokenizers, as above.
 */
export function estimateEvent({ contentBlockStart, contentBlockDelta }: ConverseEvent): number {
  const name = contentBlockStart?.start?.toolUse?.name;
  if (name !== undefined) return estimateTokens(name);
  const delta = contentBlockDelta?.delta;
  if (delta === undefined) return 0;
  const said = delta.text ?? delta.toolUse?.input ?? delta.reasoningContent?.text;
  if (said !== undefined) return estimateTokens(said);
  // Base64 of what cannot be read.
  return ((delta.reasoningContent?.redactedContent?.length ?? 0) * 3) / 16;
}
