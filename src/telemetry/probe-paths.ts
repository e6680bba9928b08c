/** Probes and scrapers ask every few seconds; nobody wants to read that. */
export const PROBE_PATHS = /^\/(health|metrics|livez|readyz|healthz)/;
