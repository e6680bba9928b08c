/** Milliseconds before the first retry. The delay doubles with each failure, up to the normal interval. */
const FIRST_RETRY_MS = 1_000;

/**
 * Returns the milliseconds until the next request to AWS after `failures` consecutive failures. The jitter of 10 % spreads
 * the requests of several replicas.
 */
export function discoveryDelayMs(failures: number, everyMinutes: number): number {
  const intervalMs = everyMinutes * 60_000;
  const delayMs = failures === 0 ? intervalMs : FIRST_RETRY_MS * 2 ** (failures - 1);
  return Math.min(delayMs, intervalMs) * (0.9 + Math.random() * 0.1);
}
