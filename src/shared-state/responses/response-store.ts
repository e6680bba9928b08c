import type { GatewayConfig } from '../../config/gateway-config.ts';
import { GatewayError } from '../../errors/errors.ts';
import { FairCache } from '../fair-cache.ts';
import type { RedisConnection } from '../redis.ts';
import { isCount, isOk, isTextOrNull } from '../redis-replies.ts';

/** As much of the GatewayConfig as is needed here, read when it is needed. */
export interface ResponseStoreSettings {
  readonly responses: Pick<
    GatewayConfig['responses'],
    'store' | 'ttlSeconds' | 'maxEntries' | 'maxBytes' | 'maxEntryBytes'
  >;
}

/**
 * Responses with their conversations, as JSON, each the property of one API key: in this process, or in Redis for all
 * replicas. Unlike a cache it says so when it cannot be asked: a response that is there must not be told as missing.
 */
export class ResponseStore {
  private readonly memory: FairCache<string>;

  constructor(
    private readonly config: ResponseStoreSettings,
    private readonly redis?: RedisConnection,
    private readonly keyPrefix = 'outcrop:',
  ) {
    this.memory = new FairCache({
      limits: () => config.responses,
      sizeOf: (json, key) => Buffer.byteLength(json) + key.length,
    });
  }

  get isOn(): boolean {
    return this.config.responses.store !== 'off';
  }

  /** Undefined where the owner has none of this id. Throws GatewayError 503 while Redis is away. */
  async get(owner: string, id: string): Promise<string | undefined> {
    const key = keyOf(owner, id);
    if (this.shared === undefined) return this.memory.get(key);
    const json = await this.shared.attempt((client) => client.get(this.redisKey(key)), isTextOrNull);
    if (json === undefined) throw responseStoreUnavailable();
    return json ?? undefined;
  }

  /** Whether it is kept now: not while Redis is away, nor what is larger than one may be. */
  async set(owner: string, id: string, json: string): Promise<boolean> {
    const { ttlSeconds, maxEntryBytes } = this.config.responses;
    if (Buffer.byteLength(json) > maxEntryBytes) return false;
    const key = keyOf(owner, id);
    const ttl = ttlSeconds * 1000;
    if (this.shared === undefined) return this.memory.set(owner, key, json, ttl);
    const reply = await this.shared.attempt((client) => client.set(this.redisKey(key), json, 'PX', ttl), isOk);
    return reply === 'OK';
  }

  /** Whether there was one. Throws GatewayError 503 while Redis is away. */
  async delete(owner: string, id: string): Promise<boolean> {
    const key = keyOf(owner, id);
    if (this.shared === undefined) return this.memory.delete(key);
    const count = await this.shared.attempt((client) => client.del(this.redisKey(key)), isCount);
    if (count === undefined) throw responseStoreUnavailable();
    return count > 0;
  }

  private get shared(): RedisConnection | undefined {
    const { store } = this.config.responses;
    return store === 'redis' || store === 'auto' ? this.redis : undefined;
  }

  private redisKey(key: string): string {
    return `${this.keyPrefix}response:${key}`;
  }
}

function keyOf(owner: string, id: string): string {
  return `${owner}:${id}`;
}

/** 503: the store does not answer, or answers what was never stored. */
export function responseStoreUnavailable(): GatewayError {
  return new GatewayError({
    code: 'response_store_unavailable',
    message: 'The store of responses cannot be reached at the moment.',
    retryAfter: 1,
  });
}
