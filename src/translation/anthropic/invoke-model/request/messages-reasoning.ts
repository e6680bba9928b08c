import type { Model } from '../../../../models/types/model.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { type SignedThinking, withoutModelMark } from '../../../thinking-blocks/signed-thinking.ts';
import type { HistoryOmissions } from '../../../history/history-omissions.ts';
import { withoutField } from '../../messages-betas.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../../../wire/json/json-fields.ts';

/** Name of the field with reasoning blocks, for reports. */
const PARAM = 'messages.thinking';
const REASONING: readonly unknown[] = ['thinking', 'redacted_thinking'];
/** Signatures and redacted reasoning of Claude are base64. Those of some other vendors are not. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Context edits that Claude accepts only while it thinks (Anthropic, context editing, 2026-11). */
const EDIT_OF_REASONING = /^clear_thinking/;

/**
 * Returns the conversation without reasoning blocks that Claude rejects: those without a signature, of another vendor
 * or model, or at the end of a message. Drops messages that have no other blocks.
 */
export function withOwnReasoning(
  body: JsonObject,
  model: Model,
  { reasoning }: HistoryOmissions,
  adjustments: Adjustments,
): JsonObject {
  const messages = asRecordList(body['messages']);
  const kept = messages.flatMap((message) => {
    const { role, content } = asRecord(message);
    if (role !== 'assistant' || !Array.isArray(content) || !content.some(isReasoning)) return [message];
    const blocks = content.flatMap((block: unknown) => {
      if (!isReasoning(block)) return [block];
      const accepted =
        reasoning === 'dropped' ? dropRejected(adjustments) : acceptedReasoning(asRecord(block), model, adjustments);
      return accepted === undefined ? [] : [accepted];
    });
    const trimmed = withoutTrailing(blocks, adjustments);
    if (trimmed.length === 0) return [];
    const isSame = trimmed.length === content.length && trimmed.every((block, index) => block === content[index]);
    return [isSame ? message : { ...asRecord(message), content: trimmed }];
  });
  const isSame = kept.length === messages.length && kept.every((message, index) => message === messages[index]);
  return isSame ? body : { ...body, messages: kept };
}

/**
 * Replaces a thinking budget if required reasoning is missing. With a budget, a turn whose tool results follow must
 * begin with its reasoning ("Expected `thinking` or `redacted_thinking`, but found `tool_use`"). Without it, the model
 * thinks adaptively, or not until the next turn, as on the other endpoints.
 */
export function withoutLostReasoning(body: JsonObject, { rules }: Model, adjustments: Adjustments): JsonObject {
  const { type, budget_tokens: _budget, ...others } = asRecord(body['thinking']);
  if (type !== 'enabled' || !lacksReasoning(asRecordList(body['messages']))) return body;
  if (rules.thinking?.adaptive) {
    adjustments.changed('thinking', 'adaptive');
    return { ...body, thinking: { ...others, type: 'adaptive' } };
  }
  adjustments.changed('thinking', 'disabled_until_next_turn');
  return withoutEdits(withoutField(body, 'thinking'));
}

function isReasoning(block: unknown): boolean {
  return REASONING.includes(asRecord(block)['type']);
}

function dropRejected(adjustments: Adjustments): undefined {
  adjustments.changed(PARAM, 'rejected_dropped');
  return undefined;
}

/** Returns the block in the form that the model accepts; undefined if it does not accept it. */
function acceptedReasoning(
  block: JsonObject,
  { name, rules }: Model,
  adjustments: Adjustments,
): JsonObject | undefined {
  const signed = signedBlock(block);
  if (signed === undefined) {
    adjustments.changed(PARAM, 'unsigned_dropped');
    return undefined;
  }
  if (!rules.signatures) {
    adjustments.dropped(PARAM);
    return undefined;
  }
  const { thinking: bare, boundTo } = withoutModelMark(signed);
  const sealed = bare.kind === 'thinking' ? bare.signature : bare.data;
  if (!BASE64.test(sealed)) {
    adjustments.changed(PARAM, 'unsigned_dropped');
    return undefined;
  }
  if (boundTo === undefined) return block;
  if (boundTo !== name) {
    adjustments.changed(PARAM, 'other_model_dropped');
    return undefined;
  }
  return bare.kind === 'thinking' ? { ...block, signature: sealed } : { ...block, data: sealed };
}

function signedBlock({ type, thinking, signature, data }: JsonObject): SignedThinking | undefined {
  if (type === 'redacted_thinking') {
    return typeof data === 'string' && data !== '' ? { kind: 'redacted', data } : undefined;
  }
  if (typeof thinking !== 'string' || typeof signature !== 'string' || signature === '') return undefined;
  return { kind: 'thinking', text: thinking, signature };
}

/** Drops trailing reasoning. "The final block in an assistant message cannot be `thinking`." */
function withoutTrailing(blocks: readonly unknown[], adjustments: Adjustments): readonly unknown[] {
  const end = blocks.findLastIndex((block) => !isReasoning(block)) + 1;
  if (end === blocks.length) return blocks;
  adjustments.changed(PARAM, 'trailing_dropped');
  return blocks.slice(0, end);
}

function lacksReasoning(messages: readonly unknown[]): boolean {
  const isResult = (block: unknown): boolean => asRecord(block)['type'] === 'tool_result';
  const last = asRecord(messages.at(-1));
  if (last['role'] !== 'user' || !asRecordList(last['content']).some(isResult)) return false;
  const [first] = asRecordList(asRecord(messages.at(-2))['content']);
  return first !== undefined && !isReasoning(first);
}

function withoutEdits(body: JsonObject): JsonObject {
  const management = asRecord(body['context_management']);
  const edits = asRecordList(management['edits']);
  const kept = edits.filter((edit) => !EDIT_OF_REASONING.test(String(asRecord(edit)['type'])));
  if (kept.length === edits.length) return body;
  return { ...body, context_management: { ...management, edits: kept } };
}
