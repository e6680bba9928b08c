import { createHash } from 'node:crypto';
import type { Conversation, Tool } from '../conversation.ts';
import { guardedWords, lastToolResults, lastWords, tokensOf } from '../conversation.ts';
import type { Model } from '../model.ts';
import type { Answer, AnswerBlock, Usage } from './answer.ts';
import { formatInWords } from './format-in-words.ts';
import { sampleValue } from './sample-value.ts';
import { originOf, redact, sign } from './signatures.ts';
import { toolChoiceInWords } from './tool-choice-in-words.ts';

const LONGEST_QUOTE = 400;

/** What a request costs before it is answered. */
export type PromptUsage = Omit<Usage, 'output' | 'thinking'>;

/** An answer made up from the request: the same request is always answered the same. */
export function synthesize(model: Model, conversation: Conversation, prompt: PromptUsage): Answer {
  const id = requestId(model, conversation);
  if (conversation.guarded && guardedWords(conversation).includes('[blocked]')) {
    return finish(
      id,
      [{ kind: 'text', text: "The Outcrop emulator's guardrail blocked this." }],
      'guardrail_intervened',
      prompt,
    );
  }
  const blocks = thinks(model, conversation) ? [thought(model, conversation, id)] : [];
  const calls = toolCalls(model, conversation, id);
  const forced = conversation.toolChoice?.type === 'any' || conversation.toolChoice?.type === 'tool';
  const format = conversation.format ?? formatInWords(conversation);
  if (format !== undefined && calls.length === 0) {
    blocks.push({ kind: 'text', text: JSON.stringify(sampleValue(format)) });
  } else if (calls.length === 0 || !forced) {
    blocks.push({ kind: 'text', text: sentence(model, conversation, calls.length) });
  }
  blocks.push(...calls);
  return cutToLimits(id, blocks, conversation, prompt);
}

/** An answer somebody wrote, with what it would have cost. */
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
  const said = lastWords(conversation).slice(0, LONGEST_QUOTE);
  const results = lastToolResults(conversation);
  const parts = [`This is the Outcrop emulator answering as ${model.id}, not a real model.`];
  if (said !== '') parts.push(`You said: "${said}" (${conversation.turns.length} messages).`);
  if (results.length > 0)
    parts.push(`The tools answered: ${results.map((result) => `"${result.slice(0, LONGEST_QUOTE)}"`).join(', ')}.`);
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

/** The user's text asks for redacted thinking with `[redacted]`. */
function thought(model: Model, conversation: Conversation, id: string): AnswerBlock {
  const full = thoughtText(conversation);
  const origin = originOf(model.id, conversation);
  if (model.claude === undefined) return { kind: 'thinking', text: full, signature: undefined };
  if (lastWords(conversation).includes('[redacted]')) return { kind: 'redacted', data: redact(id, origin) };
  const display = conversation.thinking?.display ?? model.claude.display;
  const text = display === 'omitted' ? '' : full;
  return { kind: 'thinking', text, signature: sign(text, origin) };
}

function thoughtText(conversation: Conversation): string {
  return `The Outcrop emulator pretends to think about ${conversation.turns.length} messages, the last of which says "${lastWords(conversation).slice(0, 80)}".`;
}

/** Tools are called when they are forced, or when the user's text names them. */
function toolCalls(model: Model, conversation: Conversation, id: string): AnswerBlock[] {
  const { tools } = conversation;
  const open = conversation.toolChoice === undefined || conversation.toolChoice.type === 'auto';
  const toolChoice = open ? toolChoiceInWords(conversation) : conversation.toolChoice;
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
  const words = new Set(lastWords(conversation).split(/[^a-zA-Z0-9_-]+/));
  return conversation.tools.filter((tool) => words.has(tool.name));
}

function thinkingTokens(blocks: AnswerBlock[]): number {
  return blocks.reduce(
    (sum, block) => sum + (block.kind === 'thinking' && block.text !== '' ? tokensOf(block.text) : 0),
    0,
  );
}

function cutToLimits(id: string, blocks: AnswerBlock[], conversation: Conversation, prompt: PromptUsage): Answer {
  // Thinking that is not shown is paid for all the same.
  const thinking = blocks.some((block) => block.kind === 'thinking' || block.kind === 'redacted')
    ? tokensOf(thoughtText(conversation))
    : 0;
  const stopped = cutAtStopSequence(blocks, conversation.stopSequences);
  const room = (conversation.maxTokens ?? Infinity) - thinking;
  const cut = cutAtTokens(stopped.blocks, room);
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

/** The text ends before the first stop sequence in it; what would have followed is not said. */
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

function cutAtTokens(blocks: AnswerBlock[], room: number): { blocks: AnswerBlock[]; tooLong: boolean } {
  const kept: AnswerBlock[] = [];
  let left = room;
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
