import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Agent as Pool, Dispatcher } from 'undici';
import { DerivedFromConfig } from '../../config/derived.ts';
import { type BedrockConfig, GatewayConfig } from '../../config/gateway-config.ts';
import { usesProxy } from '../../config/proxy.ts';
import { Agent, EnvHttpProxyAgent } from '../../libraries/undici.ts';
import type { Target } from '../../models/types/model.ts';
import { AssumedRoles } from './assumed-roles.ts';
import { AwsSession } from './aws-session.ts';

/**
 * More places than a gateway has. ARNs in requests name regions, made-up ones too: memory stays bounded, and the place
 * longest not asked for gives way, so that nobody can use up those of the others.
 */
const MAX_SESSIONS = 256;

/** Where a session is held: a region, of the own account and at the usual endpoint where nothing else is said. */
export type SessionKey = Pick<Target, 'region' | 'account' | 'endpoint'>;

/** One session a region, account and endpoint, and one pool of sockets for all of them. */
@Injectable()
export class AwsSessions implements OnApplicationShutdown {
  private readonly sockets: DerivedFromConfig<BedrockConfig, Dispatcher>;
  private readonly sessions: DerivedFromConfig<BedrockConfig, LRUCache<string, AwsSession>>;
  private readonly roles: AssumedRoles;
  private readonly config: GatewayConfig;

  constructor(config: GatewayConfig) {
    this.config = config;
    this.roles = new AssumedRoles(config);
    this.sockets = new DerivedFromConfig(() => config.bedrock, poolOf);
    this.sessions = new DerivedFromConfig(() => config.bedrock, noSessions);
  }

  /** HTTP/1.1 with keep-alive; over HTTP/2 a connection cut in mid-stream can look like an end. */
  get pool(): Dispatcher {
    return this.sockets.current;
  }

  /** Throws for an account that is none of bedrock.accounts. */
  of({ region, account, endpoint: own }: SessionKey): AwsSession {
    const sessions = this.sessions.current;
    // The usual case makes no text of its own.
    const key = account === undefined && own === undefined ? region : JSON.stringify([region, account, own]);
    const known = sessions.get(key);
    if (known) return known;
    const { endpoint, controlPlaneEndpoint } = this.config.bedrock;
    const credentials = account === undefined ? undefined : this.roles.of(account);
    const session = new AwsSession({ region, endpoint: own ?? endpoint, controlPlaneEndpoint, credentials });
    sessions.set(key, session);
    return session;
  }

  async onApplicationShutdown(): Promise<void> {
    this.sessions.current.clear();
    await this.pool.destroy();
  }
}

/** A pool that went before is not closed: requests are on their way to it. Left alone, its sockets fall idle and close. */
function poolOf({ maxConnections, timeouts }: BedrockConfig): Dispatcher {
  const options: Pool.Options = {
    allowH2: false,
    connections: maxConnections,
    connect: { timeout: timeouts.connectMs },
    keepAliveTimeout: 60_000,
    keepAliveMaxTimeout: 300_000,
  };
  // Corporate networks need HTTPS_PROXY and NO_PROXY; asking them for every request where there are none takes 5 us.
  return usesProxy() ? new EnvHttpProxyAgent(options) : new Agent(options);
}

function noSessions(_: BedrockConfig, before: LRUCache<string, AwsSession> | undefined): LRUCache<string, AwsSession> {
  before?.clear();
  return new LRUCache<string, AwsSession>({ max: MAX_SESSIONS, dispose: (session) => session.destroy() });
}
