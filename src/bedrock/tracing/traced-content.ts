import type { Attributes } from '../../request/request-trace.ts';
import type { ContentBlock, ConverseAnswer, ConverseEvent, ConverseRequest } from '../../wire/converse.ts';
import { traceFinishReason } from '../../wire/stop-reasons/stop-reasons.ts';

/**
 * Maximum number of characters in one attribute. Receivers accept spans of a few dozen kilobytes, and cut or drop larger
 * ones.
 */
const MAX_CHARACTERS = 16_384;

/** Message part in the format of the OpenTelemetry conventions: { type: 'text', content } and others by type. */
type Part = Record<string, unknown> & { type: string };

interface Budget {
  left: number;
}

/**
 * Returns span attributes with the prompt as JSON text. The latest messages are complete; text beyond the limit is cut, and
 * the first messages are omitted.
 */
export function promptContentJson({ system, messages }: ConverseRequest): Attributes {
  const budget: Budget = { left: MAX_CHARACTERS };
  const included: object[] = [];
  for (const { role, content } of (messages ?? []).toReversed()) {
    if (budget.left <= 0) break;
    const parts = (content ?? []).flatMap((block) => partOf(block, budget) ?? []);
    included.unshift({ role: parts.some(({ type }) => type === 'tool_call_response') ? 'tool' : role, parts });
  }
  const instructions: Budget = { left: MAX_CHARACTERS };
  const systemParts = (system ?? []).flatMap(({ text }) => (text === undefined ? [] : textPart(text, instructions)));
  return {
    'gen_ai.input.messages': JSON.stringify(included),
    'gen_ai.system_instructions': systemParts.length > 0 ? JSON.stringify(systemParts) : undefined,
  };
}

/** Returns the content of an answer as JSON text, with at most `MAX_CHARACTERS` characters of text. */
export function answerContentJson({ output, stopReason }: ConverseAnswer): string {
  const budget: Budget = { left: MAX_CHARACTERS };
  const parts = (output?.message?.content ?? []).flatMap((block) => partOf(block, budget) ?? []);
  return messageOf(parts, stopReason);
}

/** Collects the content of a streamed answer as its events pass. */
export class StreamedContentCollector {
  private readonly blocks: { type: 'text' | 'reasoning' | 'tool_call'; text: string; id?: string; name?: string }[] =
    [];
  private current = -1;
  private left = MAX_CHARACTERS;
  private stopReason?: string;

  read({ contentBlockStart, contentBlockDelta, messageStop }: ConverseEvent): void {
    if (messageStop) this.stopReason = messageStop.stopReason;
    const { toolUse } = contentBlockStart?.start ?? {};
    if (toolUse) this.begin('tool_call', contentBlockStart?.contentBlockIndex, toolUse.toolUseId, toolUse.name);
    const { text, reasoningContent, toolUse: call } = contentBlockDelta?.delta ?? {};
    const index = contentBlockDelta?.contentBlockIndex;
    if (text !== undefined) this.add('text', index, text);
    if (reasoningContent?.text !== undefined) this.add('reasoning', index, reasoningContent.text);
    if (call?.input !== undefined) this.add('tool_call', index, call.input);
  }

  text(): string {
    const parts = this.blocks.map(({ type, text, id, name }): Part => {
      return type === 'tool_call' ? { type, id, name, arguments: text } : { type, content: text };
    });
    return messageOf(parts, this.stopReason);
  }

  private begin(type: 'text' | 'reasoning' | 'tool_call', index = 0, id?: string, name?: string): void {
    this.current = index;
    this.blocks.push({ type, text: '', ...(id !== undefined && { id, name }) });
  }

  private add(type: 'text' | 'reasoning' | 'tool_call', index = 0, text: string): void {
    if (index !== this.current || this.blocks.length === 0) this.begin(type, index);
    if (this.left <= 0) return;
    const budget: Budget = { left: this.left };
    this.blocks.at(-1)!.text += cut(text, budget);
    this.left = budget.left;
  }
}

function messageOf(parts: readonly Part[], stopReason = 'error'): string {
  return JSON.stringify([{ role: 'assistant', parts, finish_reason: traceFinishReason(stopReason) }]);
}

function partOf(block: ContentBlock, budget: Budget): Part | undefined {
  const { text, toolUse, toolResult, reasoningContent } = block;
  if (text !== undefined) return textPart(text, budget);
  if (toolUse) {
    const { toolUseId: id, name, input } = toolUse;
    return { type: 'tool_call', id, name, arguments: cut(JSON.stringify(input ?? {}), budget) };
  }
  if (toolResult) {
    const response = toolResult.content?.map((part) => part.text ?? JSON.stringify(part.json ?? null)).join('\n') ?? '';
    return { type: 'tool_call_response', id: toolResult.toolUseId, response: cut(response, budget) };
  }
  const thinking = reasoningContent?.reasoningText?.text;
  if (thinking !== undefined) return { type: 'reasoning', content: cut(thinking, budget) };
  // For media, only the type is reported, not the content. Cache points are omitted.
  const [type = 'unknown'] = Object.keys(block);
  return type === 'cachePoint' ? undefined : { type };
}

function textPart(text: string, budget: Budget): Part {
  return { type: 'text', content: cut(text, budget) };
}

function cut(text: string, budget: Budget): string {
  const shortened = text.length <= budget.left ? text : `${text.slice(0, Math.max(0, budget.left))}…`;
  budget.left -= text.length;
  return shortened;
}
