import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { isBlank } from '../content/text-blocks.ts';
import { withoutTrailingThinking } from '../thinking-blocks/thinking-history.ts';
import { pairToolResults } from './tool-history.ts';
import { separateToolResults, toolCallsAsText } from './tool-calls-as-text.ts';
import type { ContentBlock, ConverseMessage } from '../../wire/converse.ts';

/** Whether the conversation may end with an assistant turn for the model to continue. */
export type PrefillRule = 'kept' | 'rejected';

/**
 * Text of the user turn before a conversation that has none at its beginning. Bedrock requires the first turn to be the
 * user's.
 */
export const OPENING_TEXT = 'Start the conversation.';
const OPENING: ConverseMessage = { role: 'user', content: [{ text: OPENING_TEXT }] };
/** User turn after a final assistant turn that the model does not continue. */
const CONTINUATION: ConverseMessage = { role: 'user', content: [{ text: 'Continue.' }] };

/** Returns true for the continuation turn that the gateway adds. */
export function isContinuationTurn(turn: ConverseMessage): boolean {
  return turn === CONTINUATION;
}

/** Returns whether a prefill is kept. Newer Claude models reject it, and all of them while they think. */
export function prefillRuleFor(rules: ModelRules, thinking: 'on' | 'off'): PrefillRule {
  return rules.prefill && thinking === 'off' ? 'kept' : 'rejected';
}

/**
 * Returns the turns in the form that Converse accepts, except for the end. Roles alternate, the first turn is the
 * user's, no block is blank, and every tool call has a result. Adds a user turn if the conversation does not begin with
 * one, because OpenAI's models answer instructions alone.
 */
export function normalizeTurns(
  messages: readonly ConverseMessage[],
  rules: ModelRules,
  param: string,
  adjustments: Adjustments,
): ConverseMessage[] {
  const merged = withoutTrailingThinking(merge(toolCallsAsText(messages, rules, adjustments)), adjustments);
  const paired = pairToolResults(merge(merged), rules, adjustments);
  const turns = separateToolResults(merge(paired), rules, adjustments);
  return begin(turns, param, adjustments);
}

/** Drops blank blocks and merges consecutive turns of the same role ("roles must alternate"). */
function merge(messages: readonly ConverseMessage[]): readonly ConverseMessage[] {
  if (messages.every((message, index) => isMerged(message, messages[index - 1]))) return messages;
  const turns: { role: ConverseMessage['role']; content: ContentBlock[] }[] = [];
  for (const { role, content } of messages) {
    const blocks = (content ?? []).filter((block) => !isBlank(block));
    const last = turns.at(-1);
    // `push(...blocks)` would overflow the stack with the parts of a large message.
    if (last && last.role === role) for (const block of blocks) last.content.push(block);
    // A cache point alone is no content.
    else if (blocks.some((block) => !block.cachePoint)) turns.push({ role, content: blocks });
  }
  return turns;
}

/**
 * Returns true if a message needs no merging, which is the case for most turns of a long conversation. If all do,
 * nothing is copied.
 */
function isMerged({ role, content = [] }: ConverseMessage, previous: ConverseMessage | undefined): boolean {
  if (role === previous?.role || content.some(isBlank)) return false;
  return content.some((block) => !block.cachePoint);
}

function begin(turns: ConverseMessage[], param: string, adjustments: Adjustments): ConverseMessage[] {
  if (turns[0]?.role === 'user') return turns;
  adjustments.changed(param, 'user_turn_prepended');
  return [OPENING, ...turns];
}

/**
 * Applies the prefill rule to a final assistant turn: keeps it without trailing white space, or appends a user turn.
 */
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

/** Removes trailing white space: "final assistant content cannot end with trailing whitespace". */
function trimmedEnd(blocks: readonly ContentBlock[]): ContentBlock[] {
  const last = blocks.findLastIndex((block) => block.cachePoint === undefined);
  return blocks.map((block, index) =>
    index === last && block.text !== undefined ? { text: block.text.trimEnd() } : block,
  );
}
