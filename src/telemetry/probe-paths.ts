/** Probes and scrapers ask every few seconds; nobody wants to read that. */
export const QUIET_PATHS = /^\/(health|metrics|livez|readyz|healthz)/;
