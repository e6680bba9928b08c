/** A failure with what failed: a model or a target. */
export interface FailedCall {
  readonly name: string;
  readonly errorCode: string;
}

/** A failure before a retry of the whole request. */
export interface RetriedFailure {
  readonly errorCode: string;
  readonly waitedMs: number;
}

/** Returns the failures in entries such as `claude-opus-5=timeout`. Names may contain `=`. */
export function failedCalls(entries: readonly string[] = []): FailedCall[] {
  return entries.map((entry) => {
    const [name, errorCode] = splitAtLast(entry);
    return { name, errorCode };
  });
}

/** Returns the failures in entries such as `rate_limit_exceeded=120`. */
export function retriedFailures(entries: readonly string[] = []): RetriedFailure[] {
  return entries.map((entry) => {
    const [errorCode, waitedMs] = splitAtLast(entry);
    return { errorCode, waitedMs: Number(waitedMs) || 0 };
  });
}

function splitAtLast(entry: string): [before: string, after: string] {
  const at = entry.lastIndexOf('=');
  return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
}
