import type { Answer, Usage } from '../answers/answer.ts';
import { promptTokens } from '../answers/prompt-cache.ts';
import type { Conversation } from '../conversation.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Call } from '../operations.ts';
import type { RawEvents, RawOutput } from '../script.ts';
import type { BilledCall, BilledUnits } from './bill.ts';
import { tokensOfDeltas } from './count-output.ts';

type Made = Answer | RawEvents | RawOutput;

/**
 * Bills an answer when its exchange closes. AWS bills a whole answer even if the client has left, and of a stream what was
 * sent until then. A stream that did not begin is not billed.
 */
export function billAnswer(call: Call, conversation: Conversation, made: Made): void {
  const { exchange, bill, operation } = call;
  exchange.onClose(() => {
    const end = endOf(exchange);
    const isStream = operation.endsWith('stream');
    if (isStream && exchange.status !== 200) return;
    if (end === 'broken' && !isStream) return;
    const whole = unitsOf(made, conversation);
    const isPartial = end !== 'complete' && isStream;
    const units = isPartial ? { ...whole, output: tokensOfDeltas(exchange.sentDeltas) } : whole;
    bill.add(exchange, { ...callOf(call), units, end });
  });
}

/** Bills a call without a conversation, such as embeddings, when its exchange closes. */
export function billUnits(call: Call, units: BilledUnits): void {
  const { exchange, bill } = call;
  exchange.onClose(() => {
    const end = endOf(exchange);
    if (end !== 'broken') bill.add(exchange, { ...callOf(call), units, end });
  });
}

function endOf(exchange: Exchange): BilledCall['end'] {
  if (exchange.finished) return 'complete';
  return exchange.abortedByClient ? 'aborted' : 'broken';
}

function callOf({ operation, model, modelId, body, exchange }: Call): Omit<BilledCall, 'units' | 'end'> {
  const { serviceTier, performanceConfig } = Object(body) as {
    serviceTier?: { type?: string };
    performanceConfig?: { latency?: string };
  };
  return {
    operation,
    model: model.id,
    modelId,
    tier: serviceTier?.type ?? exchange.headers['x-amzn-bedrock-service-tier'] ?? 'default',
    latency: performanceConfig?.latency ?? exchange.headers['x-amzn-bedrock-performanceconfig-latency'] ?? 'standard',
  };
}

/** Returns the units of a whole answer. Raw scripted answers report their usage, or have none. */
function unitsOf(made: Made, conversation: Conversation): BilledUnits {
  if ('usage' in made) return unitsOfUsage(made.usage);
  const parts: unknown[] = 'events' in made ? made.events : [made.output];
  const reported = parts.map(usageIn).findLast((usage) => usage !== undefined);
  return reported ?? { input: promptTokens(conversation), output: 0 };
}

function unitsOfUsage({ input, output, cacheRead, cacheWrite, written }: Usage): BilledUnits {
  const forAnHour = Math.min(written['1h'], cacheWrite);
  return { input, output, cacheRead, cacheWrite5m: cacheWrite - forAnHour, cacheWrite1h: forAnHour };
}

function usageIn(part: unknown): BilledUnits | undefined {
  const { usage, metadata } = Object(part) as {
    usage?: Record<string, number>;
    metadata?: { usage?: Record<string, number> };
  };
  const reported = usage ?? metadata?.usage;
  if (reported === undefined) return undefined;
  return {
    input: reported['inputTokens'] ?? reported['input_tokens'] ?? 0,
    output: reported['outputTokens'] ?? reported['output_tokens'] ?? 0,
    cacheRead: reported['cacheReadInputTokens'] ?? reported['cache_read_input_tokens'] ?? 0,
    cacheWrite5m: reported['cacheWriteInputTokens'] ?? reported['cache_creation_input_tokens'] ?? 0,
  };
}
