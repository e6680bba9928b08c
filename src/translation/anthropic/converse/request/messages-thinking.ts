import type { Model } from '../../../../models/types/model.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { toReasoningBlock, type SignedThinking } from '../../../thinking-blocks/signed-thinking.ts';
import { thinkingForModel } from '../../../thinking-blocks/thinking-history.ts';
import type { ContentBlock } from '../../../../wire/converse.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';

/** Name of the field with thinking blocks, for reports. */
const PARAM = 'messages.thinking';

/**
 * Converts a thinking block of the history. Drops and reports blocks that the model does not accept, such as those
 * without a signature.
 */
export function readMessagesThinking(block: JsonObject, model: Model, adjustments: Adjustments): ContentBlock[] {
  const signed = readSigned(block);
  if (signed === undefined) {
    adjustments.changed(PARAM, 'unsigned_dropped');
    return [];
  }
  return thinkingForModel([signed], model, PARAM, adjustments).map(toReasoningBlock);
}

function readSigned({ thinking, signature, data }: JsonObject): SignedThinking | undefined {
  if (typeof data === 'string' && data !== '') return { kind: 'redacted', data };
  if (typeof signature !== 'string' || signature === '') return undefined;
  return { kind: 'thinking', text: typeof thinking === 'string' ? thinking : '', signature };
}
