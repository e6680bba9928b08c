import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { prepareClaudeThinking } from './claude-thinking.ts';
import { resolveMaxTokens, type TokenLimit } from './max-tokens.ts';
import { prepareReasoningEffort } from './reasoning-effort.ts';
import type { PreparedThinking, ThinkingOptions } from './thinking-options.ts';

export function prepareThinking(
  wish: ThinkingOptions,
  limit: TokenLimit,
  rules: ModelRules,
  adjustments: Adjustments,
): PreparedThinking {
  switch (rules.reasoningField) {
    case 'thinking':
      return rules.thinking
        ? prepareClaudeThinking(wish, limit, rules.thinking, adjustments)
        : withoutReasoning(wish, limit, adjustments);
    case 'reasoningConfig':
    case 'reasoning_config':
    case 'reasoning_effort':
    case 'reasoning':
      return prepareReasoningEffort(rules.reasoningField, wish, limit, rules.efforts, adjustments);
    case null:
      return withoutReasoning(wish, limit, adjustments);
    default:
      return rules.reasoningField satisfies never;
  }
}

/** Models that cannot think answer all the same. */
function withoutReasoning(wish: ThinkingOptions, limit: TokenLimit, adjustments: Adjustments): PreparedThinking {
  if (wish.kind === 'on') {
    adjustments.dropped(wish.param);
    if (wish.budget) adjustments.dropped(wish.budget.param);
  }
  if (wish.kind === 'off' && wish.effort) adjustments.dropped('reasoning_effort');
  return { fields: {}, active: 'off', sampling: 'free', maxTokens: resolveMaxTokens(limit, 0, adjustments) };
}
