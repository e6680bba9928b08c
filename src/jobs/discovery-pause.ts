/** Milliseconds until a first failure is tried again; doubles up to the usual interval. */
const FIRST_RETRY_MS = 1_000;

/** Until AWS is asked again, after so many failures in a row. Somewhat different for each replica, so that a fleet does not ask all at once. */
export function discoveryDelayMs(failures: number, everyMinutes: number): number {
  const intervalMs = everyMinutes * 60_000;
  const pause = failures === 0 ? intervalMs : FIRST_RETRY_MS * 2 ** (failures - 1);
  return Math.min(pause, intervalMs) * (0.9 + Math.random() * 0.1);
}
