import type { Model } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { readSignedThinking, withoutModelMark, type SignedThinking } from './signed-thinking.ts';
import type { ConverseMessage, ConverseRequest } from '../../wire/converse.ts';

/** The part of a request that holds the thinking options. */
type Settings = Pick<ConverseRequest, 'inferenceConfig' | 'additionalModelRequestFields'>;

/** Beta flag with which Claude drops thinking whose instructions or tools have changed. Without it, Claude rejects the request. */
const BINDING_BETA = 'thinking-binding-controls-2026-08-01';
const DROP_MISMATCHES = { prefix_mismatch_behavior: 'drop_block' };

/**
 * Returns the signed thinking that a model accepts, without the mark of the model.
 *
 * @param thinking - thinking as the client sent it
 * @param param - the request field that holds the thinking, for the report of dropped blocks
 */
export function thinkingForModel(
  thinking: readonly SignedThinking[],
  { name, rules }: Model,
  param: string,
  adjustments: Adjustments,
): SignedThinking[] {
  if (!rules.signatures) {
    if (thinking.length > 0) adjustments.dropped(param);
    return [];
  }
  const requiredMark = rules.thinking?.accountBound ? name : undefined;
  const accepted = thinking.map(withoutModelMark).filter(({ boundTo }) => boundTo === requiredMark);
  if (accepted.length < thinking.length) adjustments.changed(param, 'other_model_dropped');
  return accepted.map(({ thinking }) => thinking);
}

/** Removes all reasoning blocks from a conversation and reports it. Called after the model rejected some of them. */
export function withoutReasoning(messages: readonly ConverseMessage[], adjustments: Adjustments): ConverseMessage[] {
  adjustments.changed('thinking_blocks', 'rejected_dropped');
  return messages.map((message) => ({
    ...message,
    content: message.content?.filter((block) => !block.reasoningContent),
  }));
}

/** Removes thinking at the end of a turn: "The final block in an assistant message cannot be `thinking`" (Anthropic). */
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
 * Prepares a request that sends bound thinking back to its model.
 *
 * The newest Claude models bind thinking to the model, the instructions and the tools (observed by pi-ai, 2026-11).
 * `block_binding` makes Claude drop blocks that do not match. The field needs enabled thinking, so the gateway removes
 * all thinking from a request that disables it.
 */
export function prepareBoundThinking(
  turns: readonly ConverseMessage[],
  settings: Settings,
  { rules }: Model,
  adjustments: Adjustments,
): { turns: ConverseMessage[]; settings: Settings } {
  const signed = turns.some((turn) => turn.content?.some(readSignedThinking));
  if (!rules.thinking?.accountBound || !signed) return { turns: [...turns], settings };
  const fields = settings.additionalModelRequestFields ?? {};
  const options = (fields['thinking'] ?? { type: 'adaptive' }) as { type: string };
  if (options.type === 'disabled') {
    adjustments.dropped('thinking_blocks');
    const withoutThinking = (turn: ConverseMessage) => turn.content?.filter((block) => !block.reasoningContent);
    return { turns: turns.map((turn) => ({ ...turn, content: withoutThinking(turn) })), settings };
  }
  const additionalModelRequestFields = {
    ...fields,
    thinking: { ...options, block_binding: DROP_MISMATCHES },
    anthropic_beta: [...((fields['anthropic_beta'] ?? []) as string[]), BINDING_BETA],
  };
  return { turns: [...turns], settings: { ...settings, additionalModelRequestFields } };
}
