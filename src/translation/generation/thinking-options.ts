import type { RequestedEffort } from './effort.ts';

/** What a request says about thinking, whatever its dialect calls it. `param` is the field that said it. */
export type ThinkingOptions =
  | { kind: 'unsaid' }
  | { kind: 'off'; param: string; effort?: RequestedEffort }
  | {
      kind: 'on';
      param: string;
      /** The client's own words: those of budgets, or those of a model that decides for itself. */
      form?: 'budget' | 'adaptive';
      budget?: { param: string; tokens: number };
      effort?: RequestedEffort;
      /** Claude's `display`: how the thoughts are shown. */
      display?: string;
    };

/** How thinking is said to the model, and what that does to the rest of the request. */
export interface PreparedThinking {
  /** Goes into `additionalModelRequestFields`. */
  fields: Readonly<Record<string, unknown>>;
  /** Whether the model will think. */
  active: 'on' | 'off';
  /** `fixed`: temperature is 1, top_p and top_k are refused; `omitted`: all three are refused. */
  sampling: 'free' | 'fixed' | 'omitted';
  /** Absent where the model refuses it. */
  maxTokens?: number;
}
