import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import type { CachePoint } from '../content/cache-control.ts';
import { isBlank } from '../content/text-blocks.ts';
import type { ContentBlock, ConverseMessage, SystemBlock } from '../../wire/converse.ts';

export type SystemInstruction = { text: string } | CachePoint;

export interface Conversation {
  /** Instructions from before the first turn. */
  system: SystemBlock[];
  messages: ConverseMessage[];
}

/** The parts of a conversation as far as a dialect has read it. */
export interface ReadSoFar {
  /** Instructions for the top. */
  instructions: SystemInstruction[];
  turns: ConverseMessage[];
}

/**
 * Adds a message with the role `system` or `developer` where it stands: before the first turn to the instructions at the
 * top, else as marked text to the user's turn there. Bedrock caches by prefix, with the top first: an instruction that
 * moves to the top makes the model read the whole conversation again (BerriAI/litellm#41043). Converse refuses the role
 * `system` at every position (the same report, 2026-09-14).
 */
export function addInstruction(
  blocks: readonly SystemInstruction[],
  { instructions, turns }: ReadSoFar,
  adjustments: Adjustments,
): void {
  if (turns.length === 0) {
    // One by one: as arguments of a call, the parts of a large message exhaust the stack.
    for (const block of blocks) instructions.push(block);
  } else if (!blocks.every(isBlank)) {
    adjustments.changed('messages.role', 'moved_to_user_turn');
    turns.push({ role: 'user', content: blocks.map(marked) });
  }
}

/** The text of an instruction as it stands in a turn of the user. */
export function markedInstruction(text: string): string {
  return `<system>\n${text}\n</system>`;
}

function marked(block: SystemInstruction): ContentBlock {
  return block.text === undefined || isBlank(block) ? block : { text: markedInstruction(block.text) };
}

/** Puts the instructions of a conversation at its top; models without a system prompt get them as first words of the user. */
export function withSystemPrompt(
  given: readonly SystemInstruction[],
  turns: ConverseMessage[],
  rules: ModelRules,
  adjustments: Adjustments,
): Conversation {
  const instructions = given.filter((block) => !isBlank(block));
  if (rules.system || instructions.length === 0) return { system: instructions, messages: turns };
  adjustments.changed('system', 'moved_to_user_message');
  return { system: [], messages: [{ role: 'user', content: instructions }, ...turns] };
}
