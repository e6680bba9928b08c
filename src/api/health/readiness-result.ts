/**
 * The state of a health indicator. `reason` is public and names no file, host, account or key. `detail` may name them; it is
 * visible to callers with an API key and on the management port.
 */
export type ReadinessResult = { ok: true } | { ok: false; reason: string; detail?: string };

/** A condition for receiving requests. `check` is synchronous, because probes must not wait. */
export interface ReadinessIndicator {
  check(): ReadinessResult;
}
