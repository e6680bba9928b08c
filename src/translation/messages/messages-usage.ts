import type { Usage } from '../../usage/usage.ts';
import type { MessagesEvent, MessagesUsage } from './messages-wire.ts';

const COUNTING = ['message_start', 'message_delta'];

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

/** Reads the account of a stream as it passes: the prompt stands in its first event, totals in those that end it. */
export class MessagesTally {
  private latest: MessagesUsage | undefined;

  read({ type, json }: MessagesEvent): void {
    if (!COUNTING.includes(type)) return;
    const event = JSON.parse(json) as { message?: { usage?: MessagesUsage }; usage?: MessagesUsage };
    this.latest = merged(this.latest, event.usage ?? event.message?.usage);
  }

  /** Undefined before the first count. */
  usage(): Usage | undefined {
    return this.latest && usageOfMessage(this.latest);
  }
}

/** Later counts are totals and replace earlier ones; what a later event does not mention stays. */
function merged(before: MessagesUsage | undefined, after: MessagesUsage | undefined): MessagesUsage | undefined {
  if (after === undefined) return before;
  const said = Object.entries(after).filter(([, value]) => value !== null && value !== undefined);
  return { ...before, ...Object.fromEntries(said) };
}
