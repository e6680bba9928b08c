import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { planClaudeThinking } from './claude-thinking.ts';
import { limitTokens, type TokenLimit } from './max-tokens.ts';
import { planReasoningEffort } from './reasoning-effort.ts';
import type { ThinkingPlan, ThinkingWish } from './thinking-options.ts';

export function planThinking(
  wish: ThinkingWish,
  limit: TokenLimit,
  rules: ModelRules,
  adjustments: Adjustments,
): ThinkingPlan {
  switch (rules.reasoningField) {
    case 'thinking':
      return rules.thinking
        ? planClaudeThinking(wish, limit, rules.thinking, adjustments)
        : withoutReasoning(wish, limit, adjustments);
    case 'reasoningConfig':
    case 'reasoning_config':
    case 'reasoning_effort':
    case 'reasoning':
      return planReasoningEffort(rules.reasoningField, wish, limit, rules.efforts, adjustments);
    case null:
      return withoutReasoning(wish, limit, adjustments);
    default:
      return rules.reasoningField satisfies never;
  }
}

/** Models that cannot think answer all the same. */
function withoutReasoning(wish: ThinkingWish, limit: TokenLimit, adjustments: Adjustments): ThinkingPlan {
  if (wish.kind === 'on') {
    adjustments.dropped(wish.param);
    if (wish.budget) adjustments.dropped(wish.budget.param);
  }
  if (wish.kind === 'off' && wish.effort) adjustments.dropped('reasoning_effort');
  return { fields: {}, active: 'off', sampling: 'free', maxTokens: limitTokens(limit, 0, adjustments) };
}
