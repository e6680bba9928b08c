import type { ModelRules, ThinkingRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { usesTokenBudget } from './claude-thinking.ts';
import type { ThinkingOptions } from './thinking-options.ts';
import { isForcedChoice, type ToolChoiceOptions } from '../tools/tool-choice.ts';
import type { ConverseMessage } from '../../wire/converse.ts';

/** Parts of a request that restrict thinking. */
interface ToolUse {
  choice: ToolChoiceOptions;
  turns: readonly ConverseMessage[];
}

/**
 * Returns the thinking options that the request's tools allow, and reports a change.
 * "Thinking may not be enabled when tool_choice forces tool use": the forced call takes precedence, so thinking is
 * disabled if the model can disable it.
 * "Expected `thinking` or `redacted_thinking`, but found `tool_use`": with a budget, a turn whose tool results follow
 * must begin with its signed thinking. If that is missing, adaptive thinking replaces the budget, or thinking is
 * disabled until the next turn.
 */
export function reconcileThinking(
  options: ThinkingOptions,
  { choice, turns }: ToolUse,
  rules: ModelRules,
  adjustments: Adjustments,
): ThinkingOptions {
  const { thinking } = rules;
  if (isForcedChoice(choice) && rules.forcedToolChoice === 'without-thinking' && options.kind === 'on') {
    if (thinking?.off === 'effort' || thinking?.off === 'between_tools') return options;
    adjustments.changed(options.param, 'disabled_for_tool_choice');
    return { kind: 'off', param: options.param };
  }
  if (options.kind !== 'on' || !thinking || !usesTokenBudget(options, thinking) || !lacksThinking(turns))
    return options;
  return withoutBudget(options, thinking, adjustments);
}

function withoutBudget(
  options: Extract<ThinkingOptions, { kind: 'on' }>,
  thinking: ThinkingRules,
  adjustments: Adjustments,
): ThinkingOptions {
  if (thinking.adaptive) {
    adjustments.changed(options.param, 'adaptive');
    return { ...options, form: 'adaptive' };
  }
  adjustments.changed(options.param, 'disabled_until_next_turn');
  return { kind: 'off', param: options.param };
}

/** Returns true if tool results follow a turn that does not begin with its thinking. */
function lacksThinking(turns: readonly ConverseMessage[]): boolean {
  const last = turns.at(-1);
  if (last?.role !== 'user' || !last.content?.some((block) => block.toolResult)) return false;
  return turns.at(-2)?.content?.[0]?.reasoningContent === undefined;
}
