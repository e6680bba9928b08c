import type { Model } from '../../../../models/types/model.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { toReasoningBlock, type SignedThinking } from '../../../thinking-blocks/signed-thinking.ts';
import { thinkingForModel } from '../../../thinking-blocks/thinking-history.ts';
import type { ContentBlock } from '../../../../wire/converse.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';

/** The request's field that holds thoughts, for notes. */
const PARAM = 'messages.thinking';

/** A thought that comes back, where the model takes it: those of models that sign nothing stay behind, as they are told to. */
export function readMessagesThinking(block: JsonObject, model: Model, adjustments: Adjustments): ContentBlock[] {
  const thought = signedThought(block);
  if (thought === undefined) {
    adjustments.changed(PARAM, 'unsigned_dropped');
    return [];
  }
  return thinkingForModel([thought], model, PARAM, adjustments).map(toReasoningBlock);
}

function signedThought({ thinking, signature, data }: JsonObject): SignedThinking | undefined {
  if (typeof data === 'string' && data !== '') return { kind: 'redacted', data };
  if (typeof signature !== 'string' || signature === '') return undefined;
  return { kind: 'thinking', text: typeof thinking === 'string' ? thinking : '', signature };
}
