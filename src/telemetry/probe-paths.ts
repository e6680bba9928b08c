/** Paths of probes and scrapes, whose requests are logged at level debug only, because they arrive every few seconds. */
export const PROBE_PATHS = /^\/(health|metrics|livez|readyz|healthz)/;
