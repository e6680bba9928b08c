import { readFileSync } from 'node:fs';
import type { GatewayConfig } from '../config/gateway-config.ts';
import { MANAGEMENT_CONNECTIONS, maxConnections } from '../http/connections/connection-limits.ts';

/** Descriptors besides connections of clients and to Bedrock: modules, logs, Redis, DNS, remote media, the schema worker. */
const OTHER_FILES = 256;
const LIMIT_LINE = /^Max open files +(\d+|unlimited) /m;

/** Returns the number of file descriptors that the gateway uses at its limits: each connection takes one. */
export function neededOpenFiles({ server, bedrock, management }: GatewayConfig): number {
  const ofManagement = management.port === undefined ? 0 : MANAGEMENT_CONNECTIONS;
  return maxConnections(server) + bedrock.maxConnections + ofManagement + OTHER_FILES;
}

/**
 * Returns a warning if the process may open fewer files than the gateway needs; undefined otherwise, and where the limit is
 * unknown. Linux shows it in /proc/self/limits. Node raises the soft limit to the hard limit when it starts.
 */
export function openFileWarning(config: GatewayConfig, limits = processLimits()): string | undefined {
  const limit = LIMIT_LINE.exec(limits)?.[1];
  const needed = neededOpenFiles(config);
  if (limit === undefined || limit === 'unlimited' || Number(limit) >= needed) return undefined;
  return `the process may open ${limit} files, but its connection limits need ${needed} (server.maxConnections, bedrock.maxConnections, ${OTHER_FILES} others): raise the limit (systemd: LimitNOFILE, Kubernetes: the container runtime, shell: ulimit -n), or lower these settings`;
}

/** Returns the content of /proc/self/limits; empty on systems without it. */
function processLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
}
