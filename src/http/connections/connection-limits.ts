import { totalmem } from 'node:os';
import type { ServerConfig } from '../../config/gateway-config.ts';
import { processMemory } from '../../config/overload-limits.ts';

/** More than the gateway answers at a time in the default settings, with as many idle ones beside them. */
const MOST_BY_DEFAULT = 8_192;
/** The rest belongs to heap, bodies and answers. */
const SHARE_OF_MEMORY = 1 / 8;
/** Measured with 8,192 connections: 9 KB each without TLS, 52 KB with it. */
const BYTES_PER_CONNECTION = { plain: 10 * 1024, tls: 56 * 1024 };
const NETWORKS_THAT_FILL_IT = 16;

/** `server.maxConnections`, or what fits in an eighth of the container's memory. */
export function maxConnections({ maxConnections, tls }: ServerConfig): number {
  return maxConnections ?? (tls ? DERIVED.tls : DERIVED.plain);
}

/** `server.maxConnectionsPerAddress`, or a sixteenth of all connections. */
export function maxStrangersPerAddress(server: ServerConfig): number {
  return server.maxConnectionsPerAddress ?? Math.max(1, Math.ceil(maxConnections(server) / NETWORKS_THAT_FILL_IT));
}

const DERIVED = { plain: fitting(BYTES_PER_CONNECTION.plain), tls: fitting(BYTES_PER_CONNECTION.tls) };

function fitting(bytesPerConnection: number): number {
  const memoryBytes = processMemory().containerBytes ?? totalmem();
  return Math.min(MOST_BY_DEFAULT, Math.floor((memoryBytes * SHARE_OF_MEMORY) / bytesPerConnection));
}
