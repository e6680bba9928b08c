/** Tokens of one answer as Bedrock counts them. `input` excludes what came from or went to the cache. */
export interface Usage {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  /** How many of `cacheWrite` are kept for an hour, where the answer says so; the others are kept for five minutes. */
  cacheWrite1h?: number;
  /** Counted here: Bedrock's own count never came. */
  estimated?: true;
}

export const ZERO_USAGE: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

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

/** Reads one stream whose events tell totals so far. */
export interface RunningUsageReader<Event> {
  read(event: Event): void;
  /** What the end of the stream told; undefined before. */
  counted(): Usage | undefined;
  /** About what a stream used that ended before. */
  estimated(): Usage;
}
