import type { Usage } from '../../usage/usage.ts';
import type { ConverseAnswer, ConverseEvent, ConverseUsage } from './wire.ts';

export function usageOfAnswer(answer: ConverseAnswer): Usage {
  return usageOf(answer.usage);
}

/** Undefined for events that count nothing: only `metadata`, the last one, does. */
export function usageOfEvent(event: ConverseEvent): Usage | undefined {
  return event.metadata && usageOf(event.metadata.usage);
}

function usageOf(usage: ConverseUsage | undefined): Usage {
  return {
    input: usage?.inputTokens ?? 0,
    output: usage?.outputTokens ?? 0,
    cacheRead: usage?.cacheReadInputTokens ?? 0,
    cacheWrite: usage?.cacheWriteInputTokens ?? 0,
    ...(usage?.cacheDetails?.length && { cacheWriteByTtl: byTtl(usage.cacheDetails) }),
  };
}

function byTtl(details: NonNullable<ConverseUsage['cacheDetails']>): Record<'5m' | '1h', number> {
  const tokens = { '5m': 0, '1h': 0 };
  for (const { ttl, inputTokens } of details) if (ttl === '5m' || ttl === '1h') tokens[ttl] += inputTokens ?? 0;
  return tokens;
}
