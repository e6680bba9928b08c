import type { ConverseAnswer, ConverseUsage } from '../../wire/converse.ts';

/** Returns an answer with the usage of an earlier answer added. */
export function addUsageOf(answer: ConverseAnswer, earlier: ConverseAnswer): ConverseAnswer {
  const sum = (count: (usage: ConverseUsage) => number | undefined): number =>
    [answer, earlier].reduce((total, { usage }) => total + ((usage && count(usage)) ?? 0), 0);
  const details = [...(earlier.usage?.cacheDetails ?? []), ...(answer.usage?.cacheDetails ?? [])];
  return {
    ...answer,
    usage: {
      inputTokens: sum((usage) => usage.inputTokens),
      outputTokens: sum((usage) => usage.outputTokens),
      totalTokens: sum((usage) => usage.totalTokens),
      cacheReadInputTokens: sum((usage) => usage.cacheReadInputTokens),
      cacheWriteInputTokens: sum((usage) => usage.cacheWriteInputTokens),
      ...(details.length > 0 && { cacheDetails: details }),
    },
  };
}
