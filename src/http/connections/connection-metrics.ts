import { Counter, Gauge, type Registry } from 'prom-client';
import { CONNECTION_REFUSALS } from './connection-guard.ts';

/** Current number of connections, and of those without a valid key. */
export interface ConnectionState {
  open: number;
  unauthenticated: number;
}

/**
 * Registers the metrics of client connections. Calls `state` at each scrape. Returns the counter of rejected connections.
 */
export function createConnectionMetrics(registry: Registry, state: () => ConnectionState): Counter<'reason'> {
  const registers = [registry];
  const gauge: Gauge<'key'> = new Gauge({
    name: 'outcrop_client_connections',
    help: 'Open client connections. key="none": no valid API key was received on them yet, and no trusted proxy opened them.',
    labelNames: ['key'],
    registers,
    collect() {
      const { open, unauthenticated } = state();
      gauge.set({ key: 'none' }, unauthenticated);
      gauge.set({ key: 'valid' }, open - unauthenticated);
    },
  });
  const refused = new Counter({
    name: 'outcrop_rejected_connections_total',
    help:
      'Client connections that a limit closed: max_connections, address_share (server.maxConnectionsPerAddress), ' +
      'displaced (one without a valid key, by a new one at server.maxConnections), pipelining.',
    labelNames: ['reason'] as const,
    registers,
  });
  for (const reason of CONNECTION_REFUSALS) refused.inc({ reason }, 0);
  return refused;
}
