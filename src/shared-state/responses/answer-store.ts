import { hash } from 'node:crypto';
import type { GatewayConfig } from '../../config/gateway-config.ts';
import { FairCache } from '../fair-cache.ts';
import type { RedisConnection } from '../redis.ts';
import { isOk, isTextOrNull } from '../redis-replies.ts';

/** The settings in use, read in each operation. */
export interface CacheSettings {
  readonly answerCache: Pick<GatewayConfig['answerCache'], 'ttlSeconds' | 'maxBytes'>;
}

/**
 * Stores answers by key, as JSON: in Redis if configured, otherwise in this process. An unavailable Redis is a miss, never
 * an error.
 */
export class AnswerStore {
  private readonly memory: FairCache<string>;

  constructor(
    private readonly config: CacheSettings,
    private readonly redis?: RedisConnection,
    private readonly keyPrefix = 'outcrop:',
  ) {
    this.memory = new FairCache({
      limits: () => config.answerCache,
      sizeOf: (json, key) => Buffer.byteLength(json) + key.length,
    });
  }

  private get ttlMs(): number {
    return this.config.answerCache.ttlSeconds * 1000;
  }

  /** Returns the stored JSON, or undefined. */
  async get(key: string): Promise<string | undefined> {
    if (this.redis === undefined) return this.memory.get(key);
    const redisKey = this.redisKey(key);
    const json = await this.redis.attempt('answer', redisKey, (client) => client.get(redisKey), isTextOrNull);
    return json ?? undefined;
  }

  /**
   * Stores an answer. Does not wait for Redis, because the answer is already being sent to the client. In memory, the entry
   * counts against the share of `owner` (the id of the API key), even if keys share answers.
   */
  set(owner: string, key: string, json: string): void {
    if (this.redis === undefined) {
      this.memory.set(owner, key, json, this.ttlMs);
      return;
    }
    const redisKey = this.redisKey(key);
    void this.redis.attempt('answer', redisKey, (client) => client.set(redisKey, json, 'PX', this.ttlMs), isOk);
  }

  private redisKey(key: string): string {
    return `${this.keyPrefix}answer:${key}`;
  }
}

/** The data on which an answer depends. */
export interface CacheKeyInput {
  /** Id of the caller, or one constant if callers share answers. */
  scope: string;
  modelId: string;
  /** The Converse request. */
  input: unknown;
}

/** Returns the SHA-256 of the input in hex. The order of object keys does not matter. */
export function cacheKey(input: CacheKeyInput): string {
  return hash('sha256', canonicalJson([input.scope, input.modelId, input.input]), 'hex');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (isPlainObject(item) ? sorted(item) : item));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(object: Record<string, unknown>): Record<string, unknown> {
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(object).sort()) copy[key] = object[key];
  return copy;
}
