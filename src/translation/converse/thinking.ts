import type { ModelRules } from '../../models/model.ts';
import type { Adjustments } from './adjustments.ts';
import { planClaudeThinking } from './claude-thinking.ts';
import type { WantedEffort } from './effort.ts';
import { limitTokens, type TokenLimit } from './max-tokens.ts';
import { planReasoningEffort } from './reasoning-effort.ts';

/** What a request says about thinking, whatever its dialect calls it. `param` is the field that said it. */
export type ThinkingWish =
  | { kind: 'unsaid' }
  | { kind: 'off'; param: string; effort?: WantedEffort }
  | {
      kind: 'on';
      param: string;
      /** The client's own words: those of budgets, or those of a model that decides for itself. */
      form?: 'budget' | 'adaptive';
      budget?: { param: string; tokens: number };
      effort?: WantedEffort;
      /** Claude's `display`: how the thoughts are shown. */
      display?: string;
    };

/** How thinking is said to the model, and what that does to the rest of the request. */
export interface ThinkingPlan {
  /** Goes into `additionalModelRequestFields`. */
  fields: Readonly<Record<string, unknown>>;
  /** Whether the model will think. */
  active: 'on' | 'off';
  /** `fixed`: temperature is 1, top_p and top_k are refused; `omitted`: all three are refused. */
  sampling: 'free' | 'fixed' | 'omitted';
  /** Absent where the model refuses it. */
  maxTokens?: number;
}

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
