import type { ClusterOptions, RedisOptions } from 'ioredis';
import type { RedisConfig } from '../../config/gateway-config.ts';
import { Cluster, Redis } from '../../libraries/ioredis.ts';
import { createRedisTls } from './redis-tls.ts';

/** Maximum milliseconds between two attempts to connect. */
const MAX_RECONNECT_DELAY_MS = 1_000;
/** Minimum milliseconds for opening a connection, whatever `redis.timeoutMs`. */
const MIN_CONNECT_MS = 1_000;
/** Milliseconds between two attempts of one command while a cluster moves slots or promotes a replica. */
const CLUSTER_RETRY_MS = 50;
/** Milliseconds between two readings of the slots of a cluster, in addition to those that errors cause. */
const SLOTS_REFRESH_MS = 60_000;

/** A client of one server, which Sentinels may name, or of a cluster. */
export type RedisClient = Redis | Cluster;

/** Creates a client, which connects when `connect` is called. */
export function createRedisClient(config: RedisConfig): RedisClient {
  switch (config.mode) {
    case 'standalone':
      return new Redis(config.url ?? '', { ...serverOptions(config), ...reconnecting() });
    case 'sentinel':
      return new Redis({ ...serverOptions(config), ...reconnecting(), ...sentinelOptions(config) });
    case 'cluster':
      return new Cluster(seedNodes(config), clusterOptions(config));
    default:
      return config.mode satisfies never;
  }
}

/** Makes each new connection authenticate with the token that is current then. */
export function useTokens(client: RedisClient, user: string, currentToken: () => string): void {
  if (!isCluster(client)) return defineToken(client.options, user, currentToken);
  // A cluster opens the connection to a node after this event.
  client.on('+node', ({ options }: Redis) => defineToken(options, user, currentToken));
}

/** Sends AUTH on all open connections. Rejects if a server refuses the token. */
export async function authenticateAgain(client: RedisClient, user: string, token: string): Promise<void> {
  const servers = isCluster(client) ? client.nodes('all') : [client];
  await Promise.all(servers.filter(({ status }) => status === 'ready').map((server) => server.auth(user, token)));
}

/**
 * Connects to the first known node of a cluster once, and returns the error. The client of a cluster does not report errors
 * of TLS.
 */
export async function findClusterError(config: RedisConfig): Promise<Error | undefined> {
  const server = new Redis({ ...serverOptions(config), ...seedNodes(config)[0], retryStrategy: () => null });
  let found: Error | undefined;
  server.on('error', (error: Error) => (found ??= error));
  await server.connect().catch(() => undefined);
  server.disconnect();
  return found;
}

/** Returns true for a client of a cluster, whose keys are on several servers. */
export function isCluster(client: RedisClient): client is Cluster {
  return client instanceof Cluster;
}

function defineToken(options: RedisOptions, user: string, currentToken: () => string): void {
  options.username = user;
  Object.defineProperty(options, 'password', { enumerable: true, configurable: true, get: currentToken });
}

function serverOptions(config: RedisConfig): RedisOptions {
  const { mode, password, timeoutMs, url, username } = config;
  const usesTls = config.tls.enabled || url?.startsWith('rediss://');
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(usesTls ? { tls: createRedisTls(config.tls) } : {}),
    lazyConnect: true,
    // A cluster opens connections to nodes with their first command, which waits there for at most `timeoutMs`.
    enableOfflineQueue: mode === 'cluster',
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: timeoutMs,
    connectTimeout: connectTimeoutMs(config),
  };
}

function reconnecting(): RedisOptions {
  return { enableOfflineQueue: false, retryStrategy: reconnectDelayMs };
}

function sentinelOptions(config: RedisConfig): RedisOptions {
  const { nodes, sentinel, tls } = config;
  return {
    sentinels: nodes.map(parseAddress),
    name: sentinel?.name,
    sentinelUsername: sentinel?.username,
    sentinelPassword: sentinel?.password,
    sentinelCommandTimeout: connectTimeoutMs(config),
    sentinelRetryStrategy: reconnectDelayMs,
    ...(tls.enabled ? { enableTLSForSentinelMode: true, sentinelTLS: createRedisTls(tls) } : {}),
  };
}

function clusterOptions(config: RedisConfig): ClusterOptions {
  const { password, url } = config;
  const inUrl = url === undefined ? undefined : new URL(url);
  const fromUrl: RedisOptions = {};
  if (inUrl !== undefined && inUrl.username !== '') fromUrl.username = decodeURIComponent(inUrl.username);
  if (inUrl !== undefined && inUrl.password !== '') fromUrl.password = decodeURIComponent(inUrl.password);
  return {
    lazyConnect: true,
    enableOfflineQueue: false,
    redisOptions: { ...(password === undefined ? fromUrl : {}), ...serverOptions(config) },
    clusterRetryStrategy: reconnectDelayMs,
    retryDelayOnFailover: CLUSTER_RETRY_MS,
    retryDelayOnClusterDown: CLUSTER_RETRY_MS,
    retryDelayOnTryAgain: CLUSTER_RETRY_MS,
    slotsRefreshTimeout: connectTimeoutMs(config),
    slotsRefreshInterval: SLOTS_REFRESH_MS,
    // Host names stay names, because the certificates of ElastiCache and MemoryDB contain no addresses.
    dnsLookup: (host, found) => found(null, host),
  };
}

function seedNodes({ nodes, url }: RedisConfig): { host: string; port: number }[] {
  if (url === undefined) return nodes.map(parseAddress);
  const { hostname, port } = new URL(url);
  return [{ host: withoutBrackets(hostname), port: port === '' ? 6379 : Number(port) }];
}

/** Parses `host:port`, which `redisConflicts` has checked. */
function parseAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { host: withoutBrackets(address.slice(0, colon)), port: Number(address.slice(colon + 1)) };
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

function connectTimeoutMs({ timeoutMs }: RedisConfig): number {
  return Math.max(MIN_CONNECT_MS, timeoutMs);
}

function reconnectDelayMs(attempt: number): number {
  return Math.min(attempt * 100, MAX_RECONNECT_DELAY_MS);
}
