import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { EnvHttpProxyAgent, type Dispatcher } from 'undici';
import { GatewayConfig } from '../config/gateway-config.ts';
import { AwsSession } from './aws-session.ts';

/**
 * More regions than AWS has. ARNs in requests name regions, made-up ones too: memory stays bounded, and the region
 * longest not asked for gives way, so that nobody can use up the places of the others.
 */
const MAX_REGIONS = 64;

/** One session a region and one pool of sockets for all of them. */
@Injectable()
export class AwsSessions implements OnApplicationShutdown {
  /** HTTP/1.1 with keep-alive; over HTTP/2 a connection cut in mid-stream can look like an end. */
  readonly pool: Dispatcher;
  private readonly sessions = new LRUCache<string, AwsSession>({
    max: MAX_REGIONS,
    dispose: (session) => session.destroy(),
  });
  private readonly config: GatewayConfig;

  constructor(config: GatewayConfig) {
    this.config = config;
    const { maxConnections, timeouts } = config.bedrock;
    // Honours HTTPS_PROXY and NO_PROXY, as corporate networks need it.
    this.pool = new EnvHttpProxyAgent({
      allowH2: false,
      connections: maxConnections,
      connect: { timeout: timeouts.connectMs },
      keepAliveTimeout: 60_000,
      keepAliveMaxTimeout: 300_000,
    });
  }

  of(region: string): AwsSession {
    const known = this.sessions.get(region);
    if (known) return known;
    const { endpoint, controlEndpoint } = this.config.bedrock;
    const session = new AwsSession({ region, endpoint, controlEndpoint });
    this.sessions.set(region, session);
    return session;
  }

  async onApplicationShutdown(): Promise<void> {
    this.sessions.clear();
    await this.pool.destroy();
  }
}
