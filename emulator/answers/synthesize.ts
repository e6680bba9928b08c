import { createHash } from 'node:crypto';
import type { Conversation, Tool } from '../conversation.ts';
import { guardedText, lastToolResults, lastUserText, tokensOf } from '../conversation.ts';
import type { Model } from '../model.ts';
import type { Answer, AnswerBlock, Usage } from './answer.ts';
import { instructedFormat } from './instructed-format.ts';
import { sampleValue } from './sample-value.ts';
import { originOf, redact, sign } from './signatures.ts';
import { instructedToolChoice } from './instructed-tool-choice.ts';

const MAX_QUOTE_CHARACTERS = 400;

/** Usage of the prompt. */
export type PromptUsage = Omit<Usage, 'output' | 'thinking'>;

/** Generates an answer from the request. Equal requests get equal answers. */
export function synthesize(model: Model, conversation: Conversation, prompt: PromptUsage): Answer {
  const id = requestId(model, conversation);
  if (conversation.guarded && guardedText(conversation).includes('[blocked]')) {
    return finish(
      id,
      [{ kind: 'text', text: "The Outcrop emulator's guardrail blocked this." }],
      'guardrail_intervened',
      prompt,
    );
  }
  const blocks = thinks(model, conversation) ? [thinkingBlock(model, conversation, id)] : [];
  const calls = toolCalls(model, conversation, id);
  const forced = conversation.toolChoice?.type === 'any' || conversation.toolChoice?.type === 'tool';
  const format = conversation.format ?? instructedFormat(conversation);
  if (format !== undefined && calls.length === 0) {
    blocks.push({ kind: 'text', text: JSON.stringify(sampleValue(format)) });
  } else if (calls.length === 0 || !forced) {
    blocks.push({ kind: 'text', text: sentence(model, conversation, calls.length) });
  }
  blocks.push(...calls);
  return cutToLimits(id, blocks, conversation, prompt);
}

/** Completes given blocks to an answer, with their usage. */
export function finish(
  id: string,
  blocks: AnswerBlock[],
  stopReason: string,
  prompt: PromptUsage,
  thinking = thinkingTokens(blocks),
): Answer {
  const output =
    thinking +
    blocks.reduce(
      (sum, block) =>
        sum + (block.kind === 'text' ? tokensOf(block.text) : block.kind === 'tool-use' ? tokensOf(block.json) : 0),
      0,
    );
  return { id, blocks, stopReason, usage: { ...prompt, output: Math.max(1, output), thinking } };
}

export function requestId(model: Model, conversation: Conversation): string {
  const { turns, system, tools } = conversation;
  return createHash('sha256')
    .update(JSON.stringify([model.id, turns, system, tools]))
    .digest('base64url')
    .replaceAll(/[-_]/g, 'x')
    .slice(0, 22);
}

export function toolUseId(model: Model, id: string, index: number, api: Conversation['api']): string {
  if (model.plain?.toolUseId !== undefined) return id.slice(0, 8) + String(index % 10);
  return `${api === 'converse' ? 'tooluse_' : 'toolu_bdrk_'}${id.slice(0, 20)}${String(index).padStart(2, '0')}`;
}

function sentence(model: Model, conversation: Conversation, calls: number): string {
  const text = lastUserText(conversation).slice(0, MAX_QUOTE_CHARACTERS);
  const results = lastToolResults(conversation);
  const parts = [`This is the Outcrop emulator answering as ${model.id}, not a real model.`];
  if (text !== '') parts.push(`You said: "${text}" (${conversation.turns.length} messages).`);
  if (results.length > 0)
    parts.push(
      `The tools answered: ${results.map((result) => `"${result.slice(0, MAX_QUOTE_CHARACTERS)}"`).join(', ')}.`,
    );
  if (calls > 0) parts.push('It calls the tools you named.');
  return parts.join(' ');
}

function thinks(model: Model, conversation: Conversation): boolean {
  const type = conversation.thinking?.type;
  if (model.claude === undefined) {
    const reasons = model.plain?.reasons ?? 'never';
    return reasons === 'always' || (reasons === 'when-asked' && type === 'enabled');
  }
  if (type === 'between_tools') return lastToolResults(conversation).length > 0;
  return type === undefined ? model.claude.thinksByDefault : type !== 'disabled';
}

/** Returns a thinking block. `[redacted]` in the user's text requests a redacted one. */
function thinkingBlock(model: Model, conversation: Conversation, id: string): AnswerBlock {
  const full = thinkingText(conversation);
  const origin = originOf(model.id, conversation);
  if (model.claude === undefined) return { kind: 'thinking', text: full, signature: undefined };
  if (lastUserText(conversation).includes('[redacted]')) return { kind: 'redacted', data: redact(id, origin) };
  const display = conversation.thinking?.display ?? model.claude.display;
  const text = display === 'omitted' ? '' : full;
  return { kind: 'thinking', text, signature: sign(text, origin) };
}

function thinkingText(conversation: Conversation): string {
  return `The Outcrop emulator pretends to think about ${conversation.turns.length} messages, the last of which says "${lastUserText(conversation).slice(0, 80)}".`;
}

/** Returns calls of the tools that are forced, or that the user's text names. */
function toolCalls(model: Model, conversation: Conversation, id: string): AnswerBlock[] {
  const { tools } = conversation;
  const open = conversation.toolChoice === undefined || conversation.toolChoice.type === 'auto';
  const toolChoice = open ? instructedToolChoice(conversation) : conversation.toolChoice;
  const named = namedTools(conversation);
  let chosen: Tool[] = named;
  if (toolChoice?.type === 'none') chosen = [];
  if (toolChoice?.type === 'tool') chosen = tools.filter((tool) => tool.name === toolChoice.name);
  if (toolChoice?.type === 'any' && named.length === 0) chosen = tools.slice(0, 1);
  if (conversation.oneToolAtMost) chosen = chosen.slice(0, 1);
  return chosen.map((tool, index) => ({
    kind: 'tool-use',
    id: toolUseId(model, id, index, conversation.api),
    name: tool.name,
    json: JSON.stringify(sampleValue(tool.schema) ?? {}),
  }));
}

function namedTools(conversation: Conversation): Tool[] {
  if (lastToolResults(conversation).length > 0) return [];
  const namesInText = new Set(lastUserText(conversation).split(/[^a-zA-Z0-9_-]+/));
  return conversation.tools.filter((tool) => namesInText.has(tool.name));
}

function thinkingTokens(blocks: AnswerBlock[]): number {
  return blocks.reduce(
    (sum, block) => sum + (block.kind === 'thinking' && block.text !== '' ? tokensOf(block.text) : 0),
    0,
  );
}

function cutToLimits(id: string, blocks: AnswerBlock[], conversation: Conversation, prompt: PromptUsage): Answer {
  // Omitted and redacted thinking counts as output, too.
  const thinking = blocks.some((block) => block.kind === 'thinking' || block.kind === 'redacted')
    ? tokensOf(thinkingText(conversation))
    : 0;
  const stopped = cutAtStopSequence(blocks, conversation.stopSequences);
  const remaining = (conversation.maxTokens ?? Infinity) - thinking;
  const cut = cutAtTokens(stopped.blocks, remaining);
  const calls = cut.blocks.some((block) => block.kind === 'tool-use');
  const reason = cut.tooLong
    ? 'max_tokens'
    : stopped.sequence !== undefined
      ? 'stop_sequence'
      : calls
        ? 'tool_use'
        : 'end_turn';
  const answer = finish(id, cut.blocks, reason, prompt, Math.min(thinking, conversation.maxTokens ?? Infinity));
  return reason === 'stop_sequence' ? { ...answer, stopSequence: stopped.sequence } : answer;
}

/** Ends the text before its first stop sequence and drops all later blocks. */
function cutAtStopSequence(blocks: AnswerBlock[], sequences: string[]): { blocks: AnswerBlock[]; sequence?: string } {
  for (const [index, block] of blocks.entries()) {
    if (block.kind !== 'text') continue;
    const hits = sequences
      .map((sequence) => ({ sequence, at: block.text.indexOf(sequence) }))
      .filter((hit) => hit.at >= 0);
    const first = hits.toSorted((a, b) => a.at - b.at)[0];
    if (first !== undefined) {
      const rest = block.text.slice(0, first.at);
      return { blocks: [...blocks.slice(0, index), { kind: 'text', text: rest }], sequence: first.sequence };
    }
  }
  return { blocks };
}

function cutAtTokens(blocks: AnswerBlock[], maxTokens: number): { blocks: AnswerBlock[]; tooLong: boolean } {
  const kept: AnswerBlock[] = [];
  let left = maxTokens;
  for (const block of blocks) {
    if (block.kind === 'thinking' || block.kind === 'redacted') {
      kept.push(block);
      continue;
    }
    if (left <= 0) return { blocks: kept, tooLong: true };
    const size = tokensOf(block.kind === 'text' ? block.text : block.json);
    if (size > left) {
      kept.push(
        block.kind === 'text'
          ? { ...block, text: block.text.slice(0, left * 4) }
          : { ...block, json: block.json.slice(0, left * 4) },
      );
      return { blocks: kept, tooLong: true };
    }
    kept.push(block);
    left -= size;
  }
  return { blocks: kept, tooLong: false };
}
