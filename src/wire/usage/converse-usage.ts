import type { BillingFacts } from '../../usage/billing-facts.ts';
import { addUsage, ZERO_USAGE, type RunningUsageReader, type Usage } from '../../usage/usage.ts';
import { estimateEvent, estimatePrompt } from '../token-estimate.ts';
import { billingOfConverse } from './billing.ts';
import type { ConverseAnswer, ConverseEvent, ConverseRequest, ConverseUsage, StreamMetadata } from '../converse.ts';

/** Returns the usage of a whole answer. */
export function usageOfAnswer(answer: ConverseAnswer): Usage {
  return usageOf(answer.usage);
}

/** Returns the usage of a stream event; undefined for all events except `metadata`, the last one. */
export function usageOfEvent(event: ConverseEvent): Usage | undefined {
  return event.metadata && usageOf(event.metadata.usage);
}

const ESTIMATES = new WeakSet<object>();

/** Creates the last event of a stream that the gateway ended. Its usage is an estimate for the client. */
export function estimatedMetadata(tokens: Pick<Usage, 'input' | 'output'>): ConverseEvent {
  const [inputTokens, outputTokens] = [Math.ceil(tokens.input), Math.ceil(tokens.output)];
  const usage = { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
  const event = { metadata: { usage, metrics: { latencyMs: 0 } } } as ConverseEvent;
  ESTIMATES.add(event);
  return event;
}

/** Reads the usage of one stream of Converse. Bedrock counts in `metadata`, the last event. */
export class ConverseUsageReader implements RunningUsageReader<ConverseEvent> {
  private readonly request: ConverseRequest;
  private usage?: Usage;
  private outputTokens = 0;
  private metadata?: StreamMetadata;

  /**
   * `request` is the request of the stream. Its prompt is estimated if the stream ends before Bedrock reports usage.
   */
  constructor(request: ConverseRequest) {
    this.request = request;
  }

  read(event: ConverseEvent): void {
    this.outputTokens += estimateEvent(event);
    if (event.metadata === undefined || ESTIMATES.has(event)) return;
    this.metadata = event.metadata;
    const usage = usageOf(event.metadata.usage);
    this.usage = this.usage === undefined ? usage : addUsage(this.usage, usage);
  }

  counted(): Usage | undefined {
    return this.usage;
  }

  billing(): BillingFacts | undefined {
    return billingOfConverse(this.request, this.metadata);
  }

  estimated(): Usage {
    const input = Math.ceil(estimatePrompt(this.request));
    return { ...ZERO_USAGE, input, output: Math.ceil(this.outputTokens) };
  }
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

/** Returns the tokens written to the cache for an hour, which cost more than those for five minutes. */
function writtenForAnHour(usage: ConverseUsage | undefined): number {
  const details = usage?.cacheDetails ?? [];
  return details.reduce((tokens, { ttl, inputTokens }) => tokens + (ttl === '1h' ? (inputTokens ?? 0) : 0), 0);
}
