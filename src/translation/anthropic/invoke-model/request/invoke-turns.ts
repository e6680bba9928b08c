import type { Model } from '../../../../models/types/model.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { OPENING_TEXT } from '../../../history/turns.ts';
import type { HistoryOmissions } from '../../../history/history-omissions.ts';
import { placedInstructions } from './messages-instructions.ts';
import { blocksOf, roleOf } from '../../types.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../../../wire/json/json-fields.ts';

/**
 * Returns the conversation in the form that Bedrock accepts: the first turn is the user's, roles alternate, and
 * instructions are at positions that the model accepts. Anthropic's own API merges turns of one role and accepts an
 * assistant turn at the beginning.
 */
export function withBedrockTurns(
  body: JsonObject,
  model: Model,
  history: HistoryOmissions,
  adjustments: Adjustments,
): JsonObject {
  const messages = asRecordList(body['messages']);
  const dialog = messages.filter((message) => roleOf(message) !== 'system');
  if (dialog.some((message, index) => index > 0 && roleOf(message) === roleOf(dialog[index - 1]))) {
    adjustments.changed('messages', 'merged');
  }
  const hasInstructions = dialog.length < messages.length;
  const { leading, turns } = hasInstructions
    ? placedInstructions(messages, model, history, adjustments)
    : { leading: [], turns: messages };
  const normalized = withUserOpening(mergedTurns(turns), messages.length, adjustments);
  if (leading.length === 0) return normalized === messages ? body : { ...body, messages: normalized };
  return { ...body, system: [...blocksOf(body['system']), ...leading], messages: normalized };
}

/**
 * Adds a user turn before a conversation that has none at its beginning. An empty list stays, so that the model rejects
 * it.
 */
function withUserOpening(
  turns: readonly unknown[],
  originalLength: number,
  adjustments: Adjustments,
): readonly unknown[] {
  const isBegun = turns.length === 0 ? originalLength === 0 : roleOf(turns[0]) !== 'assistant';
  if (isBegun) return turns;
  adjustments.changed('messages', 'user_turn_prepended');
  return [{ role: 'user', content: OPENING_TEXT }, ...turns];
}

/** Merges consecutive turns of one role. Returns the same list if roles already alternate. */
function mergedTurns(messages: readonly unknown[]): readonly unknown[] {
  const groups: unknown[][] = [];
  for (const message of messages) {
    const group = groups.at(-1);
    if (group !== undefined && roleOf(group[0]) === roleOf(message)) group.push(message);
    else groups.push([message]);
  }
  if (groups.length === messages.length) return messages;
  return groups.map((group) => {
    const [first, ...others] = group;
    if (others.length === 0) return first;
    const blocks = group.flatMap((message) => blocksOf(asRecord(message)['content']));
    const fields: Record<string, unknown> = {};
    for (const message of group) Object.assign(fields, asRecord(message));
    return { ...fields, content: resultsFirst(blocks) };
  });
}

/** Moves tool results to the beginning of their turn, as Anthropic requires (tool use). The order is kept otherwise. */
function resultsFirst(blocks: readonly unknown[]): unknown[] {
  const isResult = (block: unknown): boolean => asRecord(block)['type'] === 'tool_result';
  return [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))];
}
