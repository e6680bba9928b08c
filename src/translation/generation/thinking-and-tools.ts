import type { ModelRules, ThinkingRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { usesTokenBudget } from './claude-thinking.ts';
import type { ThinkingOptions } from './thinking-options.ts';
import { isForcedChoice, type ToolChoiceOptions } from '../tools/tool-choice.ts';
import type { ConverseMessage } from '../../wire/converse.ts';

/** What of a request bears on thinking beside the wish itself. */
interface ToolUse {
  choice: ToolChoiceOptions;
  turns: readonly ConverseMessage[];
}

/**
 * Thinking as far as it goes with the tools. "Thinking may not be enabled when tool_choice forces tool use": a
 * forced call is a contract, thinking is a means, so thinking gives way where it can. "Expected `thinking` or
 * `redacted_thinking`, but found `tool_use`": with a budget, a turn whose results are being sent must begin with
 * its signed thoughts; where they are lost, adaptive thinking does without, and other models think again next turn.
 */
export function reconcileThinking(
  wish: ThinkingOptions,
  { choice, turns }: ToolUse,
  rules: ModelRules,
  adjustments: Adjustments,
): ThinkingOptions {
  const { thinking } = rules;
  if (isForcedChoice(choice) && rules.forcedToolChoice === 'without-thinking' && wish.kind === 'on') {
    if (thinking?.off === 'effort' || thinking?.off === 'between_tools') return wish;
    adjustments.changed(wish.param, 'disabled_for_tool_choice');
    return { kind: 'off', param: wish.param };
  }
  if (wish.kind !== 'on' || !thinking || !usesTokenBudget(wish, thinking) || !lacksThoughts(turns)) return wish;
  return withoutBudget(wish, thinking, adjustments);
}

function withoutBudget(
  wish: Extract<ThinkingOptions, { kind: 'on' }>,
  thinking: ThinkingRules,
  adjustments: Adjustments,
): ThinkingOptions {
  if (thinking.adaptive) {
    adjustments.changed(wish.param, 'adaptive');
    return { ...wish, form: 'adaptive' };
  }
  adjustments.changed(wish.param, 'disabled_until_next_turn');
  return { kind: 'off', param: wish.param };
}

/** Whether results are being sent for a turn that does not begin with its thoughts. */
function lacksThoughts(turns: readonly ConverseMessage[]): boolean {
  const last = turns.at(-1);
  if (last?.role !== 'user' || !last.content?.some((block) => block.toolResult)) return false;
  return turns.at(-2)?.content?.[0]?.reasoningContent === undefined;
}
