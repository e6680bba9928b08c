import { Counter, Gauge, type Registry } from 'prom-client';
import { CONNECTION_REFUSALS } from './connection-guard.ts';

export interface ConnectionState {
  open: number;
  strangers: number;
}

/** Registers the metrics of client connections; `state` is read at each scrape. Returns the counter of refusals. */
export function createConnectionMeters(registry: Registry, state: () => ConnectionState): Counter<'reason'> {
  const registers = [registry];
  const gauge: Gauge<'key'> = new Gauge({
    name: 'outcrop_client_connections',
    help: 'Open connections of clients; key="none": no valid API key was seen on them yet, and no trusted proxy opened them.',
    labelNames: ['key'],
    registers,
    collect() {
      const { open, strangers } = state();
      gauge.set({ key: 'none' }, strangers);
      gauge.set({ key: 'valid' }, open - strangers);
    },
  });
  const refused = new Counter({
    name: 'outcrop_rejected_connections_total',
    help:
      'Connections of clients that a limit ended: max_connections, address_share (server.maxConnectionsPerAddress), ' +
      'displaced (without a valid key, for a newcomer at server.maxConnections), pipelining.',
    labelNames: ['reason'] as const,
    registers,
  });
  for (const reason of CONNECTION_REFUSALS) refused.inc({ reason }, 0);
  return refused;
}
