/** Who is asking: what the API key says. */
export interface Caller {
  /** Name of the key in the config; the label in logs, limits and metrics. */
  name: string;
  /** Stable id of the key (start of its hash), used as tracker for limits. */
  id: string;
  /** Model names or patterns with `*` that this key may use; absent means all. */
  models?: readonly string[];
  /** What it asks and is answered may stand in traces. */
  traceContent?: boolean;
  /** Reads /metrics. */
  metrics?: boolean;
}
