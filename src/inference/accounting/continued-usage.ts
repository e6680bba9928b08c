import { ZERO_USAGE, type Usage } from '../../usage/usage.ts';
import type { AcceptedAnswer, ContinuedUsage } from './accepted-answer.ts';

/** Returns the part of the usage of an answer that its last stream used. The earlier streams are settled. */
export function usageOfLastStream(usage: Usage, continued: ContinuedUsage | undefined): Usage {
  if (continued === undefined) return usage;
  const { input, output } = continued.settled;
  return { ...usage, input: Math.max(0, usage.input - input), output: Math.max(0, usage.output - output) };
}

/** Returns the estimated usage of an answer. `estimate` contains its prompt once, and the output of all its streams. */
export function estimatedAnswer(estimate: Usage, { continued }: AcceptedAnswer): Usage {
  if (continued === undefined) return estimate;
  const { settled, promptTokens } = continued;
  return {
    ...ZERO_USAGE,
    input: settled.input + promptTokens,
    output: Math.max(estimate.output, settled.output),
  };
}
