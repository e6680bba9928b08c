import type { BillingFacts } from '../../../../usage/billing-facts.ts';
import type { RunningUsageReader, Usage } from '../../../../usage/usage.ts';
import { billingOfInvoke } from '../../../../wire/usage/billing.ts';
import type { MessagesEvent, MessagesUsage } from '../../../../wire/messages-events.ts';

/** Characters of a delta event's JSON without its text. */
const DELTA_OVERHEAD = 80;
/** Characters of output for each token of the estimate. */
const CHARACTERS_PER_DELTA_TOKEN = 4;

/** Converts Anthropic's usage. In both, the input excludes cached tokens. */
export function usageOfMessage(usage: MessagesUsage | null | undefined): Usage {
  const writtenForHour = usage?.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  return {
    input: usage?.input_tokens ?? 0,
    output: usage?.output_tokens ?? 0,
    cacheRead: usage?.cache_read_input_tokens ?? 0,
    cacheWrite: usage?.cache_creation_input_tokens ?? 0,
    ...(writtenForHour > 0 && { cacheWrite1h: writtenForHour }),
  };
}

/** Returns the sum of two usages in Anthropic's form. */
export function withAddedUsage(
  usage: MessagesUsage | null | undefined,
  other: MessagesUsage | null | undefined,
): MessagesUsage {
  const sum: Record<string, unknown> = { ...other, ...usage };
  for (const [name, count] of Object.entries(other ?? {})) {
    const own = (usage as Record<string, unknown> | null | undefined)?.[name];
    if (typeof count === 'number') sum[name] = count + (typeof own === 'number' ? own : 0);
  }
  return sum;
}

/** Reads the usage of a stream as it passes. The first event contains the prompt's tokens, the last ones the totals. */
export class MessagesUsageReader implements RunningUsageReader<MessagesEvent> {
  private latest: MessagesUsage | undefined;
  private isWhole = false;
  private characters = 0;
  private readonly headers: Readonly<Record<string, string>>;

  /** `headers` are those of the request, which name its tier. */
  constructor(headers: Readonly<Record<string, string>>) {
    this.headers = headers;
  }

  /** Reads the next event of the stream. */
  read({ type, json }: MessagesEvent): void {
    if (type === 'content_block_delta') this.characters += Math.max(0, json.length - DELTA_OVERHEAD);
    if (type !== 'message_start' && type !== 'message_delta') return;
    const event = JSON.parse(json) as { message?: { usage?: MessagesUsage }; usage?: MessagesUsage };
    this.latest = merged(this.latest, event.usage ?? event.message?.usage);
    if (type === 'message_delta') this.isWhole = true;
  }

  /** Returns the usage that the last events reported; undefined before them. */
  counted(): Usage | undefined {
    return this.isWhole ? usageOfMessage(this.latest) : undefined;
  }

  /** Returns what the request names, because the events of a stream do not report the tier. */
  billing(): BillingFacts | undefined {
    return billingOfInvoke(this.headers);
  }

  /**
   * Estimates the usage so far. The prompt's tokens are known from the first event; output tokens are reported at the
   * end only.
   */
  estimated(): Usage {
    return { ...usageOfMessage(this.latest), output: Math.ceil(this.characters / CHARACTERS_PER_DELTA_TOKEN) };
  }
}

/** Merges counts. Later counts are totals and replace earlier ones; counts that a later event lacks stay. */
function merged(before: MessagesUsage | undefined, after: MessagesUsage | undefined): MessagesUsage | undefined {
  if (after === undefined) return before;
  const present = Object.entries(after).filter(([, value]) => value !== null && value !== undefined);
  return { ...before, ...Object.fromEntries(present) };
}
