import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { prepareClaudeThinking } from './claude-thinking.ts';
import { resolveMaxTokens, type TokenLimit } from './max-tokens.ts';
import { prepareReasoningEffort } from './reasoning-effort.ts';
import type { PreparedThinking, ThinkingOptions } from './thinking-options.ts';

/** Prepares thinking with the field that the model's family uses. Reports changed and dropped values. */
export function prepareThinking(
  options: ThinkingOptions,
  limit: TokenLimit,
  rules: ModelRules,
  adjustments: Adjustments,
): PreparedThinking {
  switch (rules.reasoningField) {
    case 'thinking':
      return rules.thinking
        ? prepareClaudeThinking(options, limit, rules.thinking, adjustments)
        : withoutReasoning(options, limit, adjustments);
    case 'reasoningConfig':
    case 'reasoning_config':
    case 'reasoning_effort':
    case 'reasoning':
      return prepareReasoningEffort(rules.reasoningField, options, limit, rules.efforts, adjustments);
    case null:
      return withoutReasoning(options, limit, adjustments);
    default:
      return rules.reasoningField satisfies never;
  }
}

/** Drops the thinking options for models that cannot reason, so that they answer without. */
function withoutReasoning(options: ThinkingOptions, limit: TokenLimit, adjustments: Adjustments): PreparedThinking {
  if (options.kind === 'on') {
    adjustments.dropped(options.param);
    if (options.budget) adjustments.dropped(options.budget.param);
  }
  if (options.kind === 'off' && options.effort) adjustments.dropped('reasoning_effort');
  return { fields: {}, active: 'off', sampling: 'free', maxTokens: resolveMaxTokens(limit, 0, adjustments) };
}
