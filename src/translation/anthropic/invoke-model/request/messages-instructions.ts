import { badRequest } from '../../../../errors/errors.ts';
import type { Model } from '../../../../models/types/model.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { markedInstruction } from '../../../history/system-prompt.ts';
import type { HistoryOmissions } from '../../../history/history-omissions.ts';
import { blocksOf, roleOf } from '../../types.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord } from '../../../../wire/json/json-fields.ts';

/** A conversation and the instructions for its system prompt. */
interface PlacedInstructions {
  /** Text blocks for the system prompt. */
  leading: readonly unknown[];
  turns: readonly unknown[];
}

/**
 * Moves messages with the role `system` that precede the first turn to the system prompt. The others keep their
 * position, because the prompt cache works by prefix.
 * Models with the role accept them after a user turn, at the end or before an assistant turn (Anthropic,
 * mid-conversation system messages, 2026-11). Otherwise they become marked text of a user turn. Throws GatewayError 400
 * for content other than text.
 */
export function placedInstructions(
  messages: readonly unknown[],
  { rules }: Model,
  { systemRole }: HistoryOmissions,
  adjustments: Adjustments,
): PlacedInstructions {
  const hasRole = rules.systemRole === true && systemRole !== 'rejected';
  const leading: unknown[] = [];
  const turns: unknown[] = [];
  for (let index = 0; index < messages.length;) {
    const message = messages[index];
    if (roleOf(message) !== 'system') {
      turns.push(message);
      index += 1;
      continue;
    }
    const end = endOfGroup(messages, index);
    const group = messages.slice(index, end).flatMap((member) => textsOf(member, adjustments));
    const next = messages[end];
    index = end;
    if (group.length === 0) continue;
    if (turns.length === 0) {
      adjustments.changed('messages.role', 'moved_to_system');
      for (const block of group) leading.push(block);
    } else if (hasRole && roleOf(turns.at(-1)) === 'user' && (next === undefined || roleOf(next) === 'assistant')) {
      turns.push({ role: 'system', content: group });
    } else {
      adjustments.changed('messages.role', 'moved_to_user_turn');
      turns.push({ role: 'user', content: group.map(marked) });
    }
  }
  return { leading, turns };
}

/** Returns the end of consecutive system messages, which become one message: the model accepts no two in a row. */
function endOfGroup(messages: readonly unknown[], start: number): number {
  let end = start;
  while (end < messages.length && roleOf(messages[end]) === 'system') end += 1;
  return end;
}

function textsOf(message: unknown, adjustments: Adjustments): readonly JsonObject[] {
  const { role: _role, content, ...others } = asRecord(message);
  for (const name of Object.keys(others)) adjustments.unknown(`messages.${name}`);
  return blocksOf(content).flatMap((block) => {
    const fields = asRecord(block);
    const { type, text } = fields;
    if (type !== 'text') {
      throw badRequest('A message with the role system may contain text only.', 'messages', 'unsupported_parameter');
    }
    return typeof text === 'string' && text.trim() === '' ? [] : [fields];
  });
}

function marked(block: JsonObject): JsonObject {
  return { ...block, text: markedInstruction(String(block['text'])) };
}
