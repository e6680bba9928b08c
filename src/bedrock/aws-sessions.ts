import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { EnvHttpProxyAgent, type Dispatcher } from 'undici';
import { Derived } from '../config/derived.ts';
import { type BedrockConfig, GatewayConfig } from '../config/gateway-config.ts';
import { AwsSession } from './aws-session.ts';

/**
 * More regions than AWS has. ARNs in requests name regions, made-up ones too: memory stays bounded, and the region
 * longest not asked for gives way, so that nobody can use up the places of the others.
 */
const MAX_REGIONS = 64;

/** One session a region and one pool of sockets for all of them. */
@Injectable()
export class AwsSessions implements OnApplicationShutdown {
  private readonly sockets: Derived<BedrockConfig, Dispatcher>;
  private readonly sessions: Derived<BedrockConfig, LRUCache<string, AwsSession>>;
  private readonly config: GatewayConfig;

  constructor(config: GatewayConfig) {
    this.config = config;
    this.sockets = new Derived(() => config.bedrock, poolOf);
    this.sessions = new Derived(() => config.bedrock, noSessions);
  }

  /** HTTP/1.1 with keep-alive; over HTTP/2 a connection cut in mid-stream can look like an end. */
  get pool(): Dispatcher {
    return this.sockets.current;
  }

  of(region: string): AwsSession {
    const sessions = this.sessions.current;
    const known = sessions.get(region);
    if (known) return known;
    const { endpoint, controlEndpoint } = this.config.bedrock;
    const session = new AwsSession({ region, endpoint, controlEndpoint });
    sessions.set(region, session);
    return session;
  }

  async onApplicationShutdown(): Promise<void> {
    this.sessions.current.clear();
    await this.pool.destroy();
  }
}

/** A pool that went before is not closed: requests are on their way to it. Left alone, its sockets fall idle and close. */
function poolOf({ maxConnections, timeouts }: BedrockConfig): Dispatcher {
  // Honours HTTPS_PROXY and NO_PROXY, as corporate networks need it.
  return new EnvHttpProxyAgent({
    allowH2: false,
    connections: maxConnections,
    connect: { timeout: timeouts.connectMs },
    keepAliveTimeout: 60_000,
    keepAliveMaxTimeout: 300_000,
  });
}

function noSessions(_: BedrockConfig, before: LRUCache<string, AwsSession> | undefined): LRUCache<string, AwsSession> {
  before?.clear();
  return new LRUCache<string, AwsSession>({ max: MAX_REGIONS, dispose: (session) => session.destroy() });
}
