/**
 * State of a health indicator. The public `reason` contains no names of files, hosts, accounts or keys. The `detail` may
 * contain them. It is visible to callers with an API key and on the management port.
 */
export type ReadinessResult = { ok: true } | { ok: false; reason: string; detail?: string };

/** A condition for receiving requests. `check` is synchronous, because probes must not wait. */
export interface ReadinessIndicator {
  check(): ReadinessResult;
}
