import type { BillingFacts } from './billing-facts.ts';

/** Tokens of one answer as Bedrock counts them. `input` excludes tokens that were read from or written to the cache. */
export interface Usage {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  /** The part of `cacheWrite` that is stored for one hour, if the answer reports it. The rest is stored for five minutes. */
  cacheWrite1h?: number;
  /** True if the gateway estimated the tokens because Bedrock's count did not arrive. */
  estimated?: true;
}

export const ZERO_USAGE: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** Returns the sum of two usages. */
export function addUsage(a: Usage, b: Usage): Usage {
  const forAnHour = (a.cacheWrite1h ?? 0) + (b.cacheWrite1h ?? 0);
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    ...(forAnHour > 0 && { cacheWrite1h: forAnHour }),
  };
}

/** Reads the usage of one stream whose events report running totals. */
export interface RunningUsageReader<Event> {
  /** Returns what Bedrock bills beside the tokens, by the events so far; undefined for a plain call. */
  billing(): BillingFacts | undefined;
  read(event: Event): void;
  /** Returns the usage that the last event reported; undefined until then. */
  counted(): Usage | undefined;
  /** Returns an estimate of the usage of a stream that ended before its last event. */
  estimated(): Usage;
}
