import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { isBlank } from '../content/text-blocks.ts';
import { withoutTrailingThinking } from '../thinking-blocks/thinking-history.ts';
import { pairToolResults } from './tool-history.ts';
import { separateToolResults, toolCallsAsText } from './tool-calls-as-text.ts';
import type { ContentBlock, ConverseMessage } from '../../wire/converse.ts';

/** Whether a last turn of the assistant may stand, to be continued by the model. */
export type PrefillRule = 'kept' | 'refused';

/** Text of the turn before a conversation that the assistant opens, or without a turn: Bedrock lets only users begin. */
export const OPENING_TEXT = 'Start the conversation.';
const OPENING: ConverseMessage = { role: 'user', content: [{ text: OPENING_TEXT }] };
/** Stands after a last turn of the assistant where the model does not continue it by itself. */
const CONTINUATION: ConverseMessage = { role: 'user', content: [{ text: 'Continue.' }] };

/** A turn that nobody said but us. */
export function isContinuationTurn(turn: ConverseMessage): boolean {
  return turn === CONTINUATION;
}

/** Claude refuses a prefill in newer generations, and everywhere while it thinks. */
export function prefillRuleFor(rules: ModelRules, thinking: 'on' | 'off'): PrefillRule {
  return rules.prefill && thinking === 'off' ? 'kept' : 'refused';
}

/**
 * A conversation as Converse accepts it, but for its end: turns alternate, the user begins, nothing is blank,
 * calls of tools are answered. Without a turn of the user it begins with one of the gateway, as OpenAI's models answer
 * instructions alone.
 */
export function normalizeTurns(
  messages: readonly ConverseMessage[],
  rules: ModelRules,
  param: string,
  adjustments: Adjustments,
): ConverseMessage[] {
  const spoken = withoutTrailingThinking(merge(toolCallsAsText(messages, rules, adjustments)), adjustments);
  const paired = pairToolResults(merge(spoken), rules, adjustments);
  const turns = separateToolResults(merge(paired), rules, adjustments);
  return begin(turns, param, adjustments);
}

/** Drops blank blocks and makes one turn of neighbours with the same role ("roles must alternate"). */
function merge(messages: readonly ConverseMessage[]): readonly ConverseMessage[] {
  if (messages.every((message, index) => isMerged(message, messages[index - 1]))) return messages;
  const turns: { role: ConverseMessage['role']; content: ContentBlock[] }[] = [];
  for (const { role, content } of messages) {
    const blocks = (content ?? []).filter((block) => !isBlank(block));
    const last = turns.at(-1);
    // One by one: as arguments of a call, the parts of a large message are more than the stack holds.
    if (last && last.role === role) for (const block of blocks) last.content.push(block);
    // A cache point alone says nothing.
    else if (blocks.some((block) => !block.cachePoint)) turns.push({ role, content: blocks });
  }
  return turns;
}

/** As nearly every turn of a long conversation is: those are not made anew. */
function isMerged({ role, content = [] }: ConverseMessage, before: ConverseMessage | undefined): boolean {
  if (role === before?.role || content.some(isBlank)) return false;
  return content.some((block) => !block.cachePoint);
}

function begin(turns: ConverseMessage[], param: string, adjustments: Adjustments): ConverseMessage[] {
  if (turns[0]?.role === 'user') return turns;
  adjustments.changed(param, 'user_turn_prepended');
  return [OPENING, ...turns];
}

/** The end of it: what becomes of a last turn of the assistant. */
export function applyPrefillRule(
  turns: readonly ConverseMessage[],
  prefill: PrefillRule,
  param: string,
  adjustments: Adjustments,
): ConverseMessage[] {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return [...turns];
  if (prefill === 'kept') return [...turns.slice(0, -1), { ...last, content: trimmedEnd(last.content ?? []) }];
  adjustments.changed(param, 'continue_turn_appended');
  return [...turns, CONTINUATION];
}

/** "final assistant content cannot end with trailing whitespace". */
function trimmedEnd(blocks: readonly ContentBlock[]): ContentBlock[] {
  const last = blocks.findLastIndex((block) => block.cachePoint === undefined);
  return blocks.map((block, index) =>
    index === last && block.text !== undefined ? { text: block.text.trimEnd() } : block,
  );
}
