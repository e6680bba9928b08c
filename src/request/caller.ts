/** The caller of a request, from the configuration of its API key. */
export interface Caller {
  /** Name of the key in the configuration; a label in logs, limits and metrics. */
  name: string;
  /** Stable id of the key (the beginning of its hash), by which limits are counted. */
  id: string;
  /** Names or patterns with `*` of the models that this key may use. Absent: all models. */
  models?: readonly string[];
  /** True if traces may contain the content of its requests. */
  traceContent?: boolean;
  /** True if the key may read /metrics. */
  metrics?: boolean;
}
