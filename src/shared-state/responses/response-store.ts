import type { GatewayConfig } from '../../config/gateway-config.ts';
import { GatewayError } from '../../errors/errors.ts';
import { FairCache } from '../fair-cache.ts';
import type { RedisConnection } from '../redis.ts';
import { isCount, isOk, isTextOrNull } from '../redis-replies.ts';

/** The settings in use, read in each operation. */
export interface ResponseStoreSettings {
  readonly responses: Pick<
    GatewayConfig['responses'],
    'store' | 'ttlSeconds' | 'maxEntries' | 'maxBytes' | 'maxEntryBytes'
  >;
}

/**
 * Stores responses with their conversations as JSON, each for one API key: in this process, or in Redis for all replicas.
 * Unlike a cache, it throws if Redis is unavailable, because a stored response must not appear as missing.
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

  /**
   * Returns the stored JSON, or undefined if the owner has no response with this id. Throws GatewayError 503 while Redis is
   * unavailable.
   */
  async get(owner: string, id: string): Promise<string | undefined> {
    const key = keyOf(owner, id);
    if (this.shared === undefined) return this.memory.get(key);
    const redisKey = this.redisKey(key);
    const json = await this.shared.attempt('response', redisKey, (client) => client.get(redisKey), isTextOrNull);
    if (json === undefined) throw responseStoreUnavailable();
    return json ?? undefined;
  }

  /** Stores a response. Returns false if Redis is unavailable or the response exceeds `maxEntryBytes`. */
  async set(owner: string, id: string, json: string): Promise<boolean> {
    const { ttlSeconds, maxEntryBytes } = this.config.responses;
    if (Buffer.byteLength(json) > maxEntryBytes) return false;
    const key = keyOf(owner, id);
    const ttl = ttlSeconds * 1000;
    if (this.shared === undefined) return this.memory.set(owner, key, json, ttl);
    const redisKey = this.redisKey(key);
    const reply = await this.shared.attempt(
      'response',
      redisKey,
      (client) => client.set(redisKey, json, 'PX', ttl),
      isOk,
    );
    return reply === 'OK';
  }

  /** Deletes a response. Returns true if it existed. Throws GatewayError 503 while Redis is unavailable. */
  async delete(owner: string, id: string): Promise<boolean> {
    const key = keyOf(owner, id);
    if (this.shared === undefined) return this.memory.delete(key);
    const redisKey = this.redisKey(key);
    const count = await this.shared.attempt('response', redisKey, (client) => client.del(redisKey), isCount);
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

/** Returns a 503: the store is unavailable, or it returned invalid data. */
export function responseStoreUnavailable(): GatewayError {
  return new GatewayError({
    code: 'response_store_unavailable',
    message: 'The response store is unavailable. Try again later.',
    retryAfter: 1,
  });
}
