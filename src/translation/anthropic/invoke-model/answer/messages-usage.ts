import type { RunningUsageReader, Usage } from '../../../../usage/usage.ts';
import type { MessagesEvent, MessagesUsage } from '../../../../wire/messages-events.ts';

/** The JSON of a delta around its text. */
const FRAME_OF_DELTA = 80;
const CHARACTERS_A_TOKEN = 4;

/** Anthropic's counts in our words: they already leave the cache out of the input. */
export function usageOfMessage(usage: MessagesUsage | null | undefined): Usage {
  const anHour = usage?.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  return {
    input: usage?.input_tokens ?? 0,
    output: usage?.output_tokens ?? 0,
    cacheRead: usage?.cache_read_input_tokens ?? 0,
    cacheWrite: usage?.cache_creation_input_tokens ?? 0,
    ...(anHour > 0 && { cacheWrite1h: anHour }),
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

/** Reads the account of a stream as it passes: the prompt stands in its first event, totals in those that end it. */
export class MessagesUsageReader implements RunningUsageReader<MessagesEvent> {
  private latest: MessagesUsage | undefined;
  private isWhole = false;
  private characters = 0;

  read({ type, json }: MessagesEvent): void {
    if (type === 'content_block_delta') this.characters += Math.max(0, json.length - FRAME_OF_DELTA);
    if (type !== 'message_start' && type !== 'message_delta') return;
    const event = JSON.parse(json) as { message?: { usage?: MessagesUsage }; usage?: MessagesUsage };
    this.latest = merged(this.latest, event.usage ?? event.message?.usage);
    if (type === 'message_delta') this.isWhole = true;
  }

  counted(): Usage | undefined {
    return this.isWhole ? usageOfMessage(this.latest) : undefined;
  }

  /** The prompt is known from the first event on; what was generated is told at the end only. */
  estimated(): Usage {
    return { ...usageOfMessage(this.latest), output: Math.ceil(this.characters / CHARACTERS_A_TOKEN) };
  }
}

/** Later counts are totals and replace earlier ones; what a later event does not mention stays. */
function merged(before: MessagesUsage | undefined, after: MessagesUsage | undefined): MessagesUsage | undefined {
  if (after === undefined) return before;
  const said = Object.entries(after).filter(([, value]) => value !== null && value !== undefined);
  return { ...before, ...Object.fromEntries(said) };
}
