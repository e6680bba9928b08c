import type { Adjustments } from '../../../adjustments.ts';
import { ToolCallIds } from '../../../history/tool-ids.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../../../wire/json/json-fields.ts';

/** Ids that Claude accepts. "tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'". */
const ACCEPTED = /^[a-zA-Z0-9_-]+$/;

/**
 * Returns the body with ids of tool calls and results that Claude accepts. Replaces ids that another model created, and
 * repeated ones ("`tool_use` ids must be unique"). The replacements are the same in every request.
 */
export function withCallIds(body: JsonObject, adjustments: Adjustments): JsonObject {
  const messages = asRecordList(body['messages']);
  if (areAccepted(messages)) return body;
  adjustments.changed('tool_use.id', 'renamed');
  const ids = new ToolCallIds('letters-digits-dashes');
  const calls = new Map<unknown, CallsOfTurn>();
  const renamed = messages.map((message, turn) => {
    const { content, ...rest } = asRecord(message);
    if (!Array.isArray(content)) return message;
    return { ...rest, content: content.map((block: unknown) => withIds(asRecord(block), ids, calls, turn) ?? block) };
  });
  return { ...body, messages: renamed };
}

/** Ids sent for the calls with one client id in the latest turn that contains it. */
interface CallsOfTurn {
  turn: number;
  sent: string[];
  answered: number;
}

function withIds(
  block: JsonObject,
  ids: ToolCallIds,
  calls: Map<unknown, CallsOfTurn>,
  turn: number,
): JsonObject | undefined {
  if (block['type'] === 'tool_use' && typeof block['id'] === 'string') {
    const sent = ids.take(block['id']);
    const known = calls.get(block['id']);
    if (known?.turn === turn) known.sent.push(sent);
    else calls.set(block['id'], { turn, sent: [sent], answered: 0 });
    return { ...block, id: sent };
  }
  const callsWithId = block['type'] === 'tool_result' ? calls.get(block['tool_use_id']) : undefined;
  if (!callsWithId) return undefined;
  const sent = callsWithId.sent[Math.min(callsWithId.answered, callsWithId.sent.length - 1)];
  callsWithId.answered += 1;
  return { ...block, tool_use_id: sent };
}

function areAccepted(messages: readonly unknown[]): boolean {
  const seen = new Set<string>();
  for (const message of messages) {
    for (const block of asRecordList(asRecord(message)['content'])) {
      const { type, id } = asRecord(block);
      if (type !== 'tool_use' || typeof id !== 'string') continue;
      if (!ACCEPTED.test(id) || seen.has(id)) return false;
      seen.add(id);
    }
  }
  return true;
}
