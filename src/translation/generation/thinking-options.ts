import type { RequestedEffort } from './effort.ts';

/** Thinking options of a request, of any API. `param` is the name of the client's field. */
export type ThinkingOptions =
  | { kind: 'unspecified' }
  | { kind: 'off'; param: string; effort?: RequestedEffort }
  | {
      kind: 'on';
      param: string;
      /** Form of the client's `thinking` object: with a token budget, or adaptive. */
      form?: 'budget' | 'adaptive';
      budget?: { param: string; tokens: number };
      effort?: RequestedEffort;
      /** Claude's `display`: how much of its thinking the model returns. */
      display?: string;
    };

/** Fields that configure thinking, and their effect on the rest of the request. */
export interface PreparedThinking {
  /** Entries of `additionalModelRequestFields`. */
  fields: Readonly<Record<string, unknown>>;
  /** Whether the model will think. */
  active: 'on' | 'off';
  /** `fixed`: temperature must be 1, the model rejects top_p and top_k. `omitted`: the model rejects all three. */
  sampling: 'free' | 'fixed' | 'omitted';
  /** Absent if the model rejects it. */
  maxTokens?: number;
}
