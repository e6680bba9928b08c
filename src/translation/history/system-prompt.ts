import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import type { CachePoint } from '../content/cache-control.ts';
import { isBlank } from '../content/text-blocks.ts';
import type { ContentBlock, ConverseMessage, SystemBlock } from '../../wire/converse.ts';

/** A text or cache point of the system prompt. */
export type SystemInstruction = { text: string } | CachePoint;

/** Converse's parts of a conversation. */
export interface Conversation {
  /** Instructions that precede the first turn. */
  system: SystemBlock[];
  messages: ConverseMessage[];
}

/** Parts of a conversation that the translator has read so far. */
export interface PartialConversation {
  /** Instructions for the system prompt. */
  instructions: SystemInstruction[];
  turns: ConverseMessage[];
}

/**
 * Adds a message with the role `system` or `developer`: before the first turn to the system prompt, otherwise as marked
 * text to a user turn at its position.
 * An instruction that moved to the top would invalidate the cached prefix of the whole conversation
 * (BerriAI/litellm#41043). Converse rejects the role `system` at every position (same issue, 2026-09-14).
 */
export function addInstruction(
  blocks: readonly SystemInstruction[],
  { instructions, turns }: PartialConversation,
  adjustments: Adjustments,
): void {
  if (turns.length === 0) {
    // `push(...blocks)` would overflow the stack with the parts of a large message.
    for (const block of blocks) instructions.push(block);
  } else if (!blocks.every(isBlank)) {
    adjustments.changed('messages.role', 'moved_to_user_turn');
    turns.push({ role: 'user', content: blocks.map(marked) });
  }
}

/** Returns the text of an instruction in the form in which it is sent within a user turn. */
export function markedInstruction(text: string): string {
  return `<system>\n${text}\n</system>`;
}

function marked(block: SystemInstruction): ContentBlock {
  return block.text === undefined || isBlank(block) ? block : { text: markedInstruction(block.text) };
}

/** Adds the instructions as system prompt. For models without one, prepends them as a user message and reports it. */
export function withSystemPrompt(
  blocks: readonly SystemInstruction[],
  turns: ConverseMessage[],
  rules: ModelRules,
  adjustments: Adjustments,
): Conversation {
  const instructions = blocks.filter((block) => !isBlank(block));
  if (rules.system || instructions.length === 0) return { system: instructions, messages: turns };
  adjustments.changed('system', 'moved_to_user_message');
  return { system: [], messages: [{ role: 'user', content: instructions }, ...turns] };
}
