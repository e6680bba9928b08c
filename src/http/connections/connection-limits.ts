import { totalmem } from 'node:os';
import type { ServerConfig } from '../../config/gateway-config.ts';
import { processMemory } from '../../config/overload-limits.ts';

/** Default maximum: more than the concurrent requests of the default settings, plus as many idle connections. */
const DEFAULT_MAX_CONNECTIONS = 8_192;
/** Share of the memory for connections. The rest is for the heap, bodies and answers. */
const SHARE_OF_MEMORY = 1 / 8;
/** Memory of a connection. Measured with 8,192 connections: 9 KB each without TLS, 52 KB with TLS. */
const BYTES_PER_CONNECTION = { plain: 10 * 1024, tls: 56 * 1024 };
const NETWORKS_TO_REACH_LIMIT = 16;

/** Maximum number of connections to the management port. */
export const MANAGEMENT_CONNECTIONS = 256;

/** Returns `server.maxConnections`, or the number of connections that fit into an eighth of the container's memory. */
export function maxConnections({ maxConnections, tls }: ServerConfig): number {
  return maxConnections ?? (tls ? DERIVED.tls : DERIVED.plain);
}

/** Returns `server.maxConnectionsPerAddress`, or a sixteenth of all connections. */
export function maxUnauthenticatedPerAddress(server: ServerConfig): number {
  return server.maxConnectionsPerAddress ?? Math.max(1, Math.ceil(maxConnections(server) / NETWORKS_TO_REACH_LIMIT));
}

const DERIVED = {
  plain: connectionsInMemory(BYTES_PER_CONNECTION.plain),
  tls: connectionsInMemory(BYTES_PER_CONNECTION.tls),
};

function connectionsInMemory(bytesPerConnection: number): number {
  const memoryBytes = processMemory().containerBytes ?? totalmem();
  return Math.min(DEFAULT_MAX_CONNECTIONS, Math.floor((memoryBytes * SHARE_OF_MEMORY) / bytesPerConnection));
}
