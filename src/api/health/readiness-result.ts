/**
 * The state of a health indicator. `reason` is public: it names no file, host, account or key. `detail` may name them, and
 * is shown to callers with an API key and on the management port.
 */
export type ReadinessResult = { ok: true } | { ok: false; reason: string; detail?: string };

/** A condition that this process has to meet to receive requests. Answers at once: probes must not wait. */
export interface ReadinessIndicator {
  check(): ReadinessResult;
}
