import type { Model } from '../../../../models/types/model.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { OPENING_TEXT } from '../../../history/turns.ts';
import type { HistoryConcessions } from '../../../history/history-concessions.ts';
import { placedInstructions } from './messages-instructions.ts';
import { blocksOf, roleOf } from '../../types.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../../../wire/json/json-fields.ts';

/**
 * The conversation as Bedrock accepts it: the user begins, roles alternate, and instructions stand where the model
 * accepts them. Anthropic's own API joins neighbours of one role and lets the assistant begin.
 */
export function withBedrockTurns(
  body: JsonObject,
  model: Model,
  history: HistoryConcessions,
  adjustments: Adjustments,
): JsonObject {
  const messages = asRecordList(body['messages']);
  const spoken = messages.filter((message) => roleOf(message) !== 'system');
  if (spoken.some((message, index) => index > 0 && roleOf(message) === roleOf(spoken[index - 1]))) {
    adjustments.changed('messages', 'merged');
  }
  const hasInstructions = spoken.length < messages.length;
  const { leading, turns } = hasInstructions
    ? placedInstructions(messages, model, history, adjustments)
    : { leading: [], turns: messages };
  const begun = begin(joined(turns), messages.length, adjustments);
  if (leading.length === 0) return begun === messages ? body : { ...body, messages: begun };
  return { ...body, system: [...blocksOf(body['system']), ...leading], messages: begun };
}

/** An empty list is the model's to refuse. */
function begin(turns: readonly unknown[], given: number, adjustments: Adjustments): readonly unknown[] {
  const isBegun = turns.length === 0 ? given === 0 : roleOf(turns[0]) !== 'assistant';
  if (isBegun) return turns;
  adjustments.changed('messages', 'user_turn_prepended');
  return [{ role: 'user', content: OPENING_TEXT }, ...turns];
}

/** The same list where roles alternate already. */
function joined(messages: readonly unknown[]): readonly unknown[] {
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

/** Results of tools stand before everything else in their turn (Anthropic, tool use); otherwise the order stays. */
function resultsFirst(blocks: readonly unknown[]): unknown[] {
  const isResult = (block: unknown): boolean => asRecord(block)['type'] === 'tool_result';
  return [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))];
}
