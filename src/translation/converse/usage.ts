import type { Usage } from '../../usage/usage.ts';
import { estimateEvent, estimatePrompt } from './token-estimate.ts';
import type { ConverseAnswer, ConverseEvent, ConverseRequest, ConverseUsage } from './wire.ts';

export function usageOfAnswer(answer: ConverseAnswer): Usage {
  return usageOf(answer.usage);
}

/** Undefined for events that count nothing: only `metadata`, the last one, does. */
export function usageOfEvent(event: ConverseEvent): Usage | undefined {
  return event.metadata && usageOf(event.metadata.usage);
}

/** What a meter has to know of the streams that answer these requests. */
export function readingOf(inputs: readonly ConverseRequest[]) {
  return {
    usageOf: usageOfEvent,
    outputOf: estimateEvent,
    promptOf: (index: number): number => estimatePrompt(inputs[index]!),
  };
}

function usageOf(usage: ConverseUsage | undefined): Usage {
  const cacheWrite1h = writtenForAnHour(usage);
  return {
    input: usage?.inputTokens ?? 0,
    output: usage?.outputTokens ?? 0,
    cacheRead: usage?.cacheReadInputTokens ?? 0,
    cacheWrite: usage?.cacheWriteInputTokens ?? 0,
    ...(cacheWrite1h > 0 && { cacheWrite1h }),
  };
}

/** An hour in the cache costs more to write than five minutes. */
function writtenForAnHour(usage: ConverseUsage | undefined): number {
  const details = usage?.cacheDetails ?? [];
  return details.reduce((tokens, { ttl, inputTokens }) => tokens + (ttl === '1h' ? (inputTokens ?? 0) : 0), 0);
}
