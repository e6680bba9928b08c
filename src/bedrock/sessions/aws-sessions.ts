import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DerivedFromConfig } from '../../config/derived.ts';
import { type BedrockConfig, GatewayConfig } from '../../config/gateway-config.ts';
import { usesProxy } from '../../config/proxy.ts';
import { EnvHttpProxyAgent, type HttpDispatcher } from '../../libraries/undici.ts';
import type { Target } from '../../models/types/model.ts';
import { ConnectionPool } from '../connections/connection-pool.ts';
import { type UndiciOptions, undiciConnections } from '../connections/undici-connection.ts';
import { AssumedRoles } from './assumed-roles.ts';
import { AwsSession } from './aws-session.ts';

/**
 * Maximum number of sessions, above what a gateway needs. ARNs in requests contain regions, possibly invented ones. The
 * limit bounds the memory, and the least recently used session is removed.
 */
const MAX_SESSIONS = 256;

/** Region, account and endpoint of a session. Defaults: the gateway's own account, and the endpoint of `bedrock`. */
export type SessionKey = Pick<Target, 'region' | 'account' | 'endpoint'>;

/** Holds one session for each region, account and endpoint, and one pool of connections for all sessions. */
@Injectable()
export class AwsSessions implements OnApplicationShutdown {
  private readonly sockets: DerivedFromConfig<BedrockConfig, HttpDispatcher>;
  private readonly sessions: DerivedFromConfig<BedrockConfig, LRUCache<string, AwsSession>>;
  private readonly roles: AssumedRoles;
  private readonly config: GatewayConfig;

  constructor(config: GatewayConfig) {
    this.config = config;
    this.roles = new AssumedRoles(config);
    this.sockets = new DerivedFromConfig(() => config.bedrock, poolOf);
    this.sessions = new DerivedFromConfig(() => config.bedrock, emptySessions);
  }

  /** The connection pool. It uses HTTP/1.1 with keep-alive, because a cut HTTP/2 stream can look like a complete one. */
  get pool(): HttpDispatcher {
    return this.sockets.current;
  }

  /** Returns the session of a key. Throws for an account that `bedrock.accounts` does not contain. */
  of({ region, account, endpoint: targetEndpoint }: SessionKey): AwsSession {
    const sessions = this.sessions.current;
    // The usual case needs no string concatenation.
    const key =
      account === undefined && targetEndpoint === undefined
        ? region
        : JSON.stringify([region, account, targetEndpoint]);
    const known = sessions.get(key);
    if (known) return known;
    const { endpoint, controlPlaneEndpoint } = this.config.bedrock;
    const credentials = account === undefined ? undefined : this.roles.of(account);
    const session = new AwsSession({ region, endpoint: targetEndpoint ?? endpoint, controlPlaneEndpoint, credentials });
    sessions.set(key, session);
    return session;
  }

  async onApplicationShutdown(): Promise<void> {
    this.sessions.current.clear();
    await this.pool.destroy();
  }
}

/**
 * Creates the pool. A former pool is not closed, because requests may be in progress on it; its idle connections close by
 * themselves.
 */
function poolOf({ maxConnections, timeouts }: BedrockConfig): HttpDispatcher {
  const options: UndiciOptions = {
    allowH2: false,
    connect: { timeout: timeouts.connectMs },
    keepAliveTimeout: 60_000,
    keepAliveMaxTimeout: 300_000,
  };
  // Corporate networks need HTTPS_PROXY and NO_PROXY. Without them, the proxy agent would cost 5 us for every request.
  if (usesProxy()) return new EnvHttpProxyAgent({ ...options, connections: maxConnections });
  return new ConnectionPool({ maxConnections, openTo: (origin) => undiciConnections(origin, options) });
}

function emptySessions(
  _: BedrockConfig,
  before: LRUCache<string, AwsSession> | undefined,
): LRUCache<string, AwsSession> {
  before?.clear();
  return new LRUCache<string, AwsSession>({ max: MAX_SESSIONS, dispose: (session) => session.destroy() });
}
