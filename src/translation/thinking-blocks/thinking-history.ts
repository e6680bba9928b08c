import type { Model } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { readSignedThinking, withoutModelMark, type SignedThinking } from './signed-thinking.ts';
import type { ConverseMessage, ConverseRequest } from '../../wire/converse.ts';

/** The settings of a request that thinking depends on. */
type Settings = Pick<ConverseRequest, 'inferenceConfig' | 'additionalModelRequestFields'>;

/** Lets Claude drop a thought that was made under other instructions or tools, in place of refusing the request. */
const BINDING_BETA = 'thinking-binding-controls-2026-08-01';
const DROP_MISMATCHES = { prefix_mismatch_behavior: 'drop_block' };

/** Those of a client's thoughts that this model takes back; `param` is the field they came in. */
export function thinkingForModel(
  thoughts: readonly SignedThinking[],
  { name, rules }: Model,
  param: string,
  adjustments: Adjustments,
): SignedThinking[] {
  if (!rules.signatures) {
    if (thoughts.length > 0) adjustments.dropped(param);
    return [];
  }
  const wanted = rules.thinking?.bound ? name : undefined;
  const own = thoughts.map(withoutModelMark).filter(({ boundTo }) => boundTo === wanted);
  if (own.length < thoughts.length) adjustments.changed(param, 'other_model_dropped');
  return own.map(({ thought }) => thought);
}

/** The conversation without reasoning blocks, after the model has refused some of them. */
export function withoutReasoning(messages: readonly ConverseMessage[], adjustments: Adjustments): ConverseMessage[] {
  adjustments.changed('thinking_blocks', 'rejected_dropped');
  return messages.map((message) => ({
    ...message,
    content: message.content?.filter((block) => !block.reasoningContent),
  }));
}

/** "The final block in an assistant message cannot be `thinking`": thoughts that nothing followed stay behind. */
export function withoutTrailingThinking(
  turns: readonly ConverseMessage[],
  adjustments: Adjustments,
): ConverseMessage[] {
  return turns.map((turn) => {
    const blocks = turn.content ?? [];
    const end = blocks.findLastIndex((block) => !block.reasoningContent && !block.cachePoint) + 1;
    if (!blocks.slice(end).some((block) => block.reasoningContent)) return turn;
    adjustments.changed('thinking_blocks', 'trailing_dropped');
    return { ...turn, content: blocks.slice(0, end) };
  });
}

/**
 * Blocks of the newest Claudes are bound to instructions and tools besides the model (observed by pi-ai, 2026-11):
 * where some go back, the request says what shall become of those that do not fit. While thinking is disabled
 * that cannot be said, and thoughts are no use.
 */
export function prepareBoundThinking(
  turns: readonly ConverseMessage[],
  settings: Settings,
  { rules }: Model,
  adjustments: Adjustments,
): { turns: ConverseMessage[]; settings: Settings } {
  const signed = turns.some((turn) => turn.content?.some(readSignedThinking));
  if (!rules.thinking?.bound || !signed) return { turns: [...turns], settings };
  const fields = settings.additionalModelRequestFields ?? {};
  const thinking = (fields['thinking'] ?? { type: 'adaptive' }) as { type: string };
  if (thinking.type === 'disabled') {
    adjustments.dropped('thinking_blocks');
    const content = (turn: ConverseMessage) => turn.content?.filter((block) => !block.reasoningContent);
    return { turns: turns.map((turn) => ({ ...turn, content: content(turn) })), settings };
  }
  const additionalModelRequestFields = {
    ...fields,
    thinking: { ...thinking, block_binding: DROP_MISMATCHES },
    anthropic_beta: [...((fields['anthropic_beta'] ?? []) as string[]), BINDING_BETA],
  };
  return { turns: [...turns], settings: { ...settings, additionalModelRequestFields } };
}
