import type { Usage } from '../usage/usage.ts';
import { estimateEvent, estimatePrompt } from './token-estimate.ts';
import type { ConverseAnswer, ConverseEvent, ConverseRequest, ConverseUsage } from './converse.ts';

export function usageOfAnswer(answer: ConverseAnswer): Usage {
  return usageOf(answer.usage);
}

/** Undefined for events that count nothing: only `metadata`, the last one, does. */
export function usageOfEvent(event: ConverseEvent): Usage | undefined {
  return event.metadata && usageOf(event.metadata.usage);
}

const ESTIMATES = new WeakSet<object>();

/** The last event of a stream that the gateway has ended: what it used is estimated, for the client alone. */
export function estimatedMetadata(tokens: Pick<Usage, 'input' | 'output'>): ConverseEvent {
  const [inputTokens, outputTokens] = [Math.ceil(tokens.input), Math.ceil(tokens.output)];
  const usage = { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
  const event = { metadata: { usage, metrics: { latencyMs: 0 } } } as ConverseEvent;
  ESTIMATES.add(event);
  return event;
}

/** The meter books an estimate as such. */
function countedUsage(event: ConverseEvent): Usage | undefined {
  return event.metadata && !ESTIMATES.has(event) ? usageOfEvent(event) : undefined;
}

/** What a meter has to know of the streams that answer these requests. */
export function usageReaderFor(inputs: readonly ConverseRequest[]) {
  return {
    usageOf: countedUsage,
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
