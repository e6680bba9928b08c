import type { RedisConnection } from '../redis.ts';
import { isCount, isOk, isTextOrNull } from '../redis-replies.ts';

/** Checks a reply to SET with NX: null if the key exists. */
const isOkOrNull = (reply: unknown): boolean => reply === null || isOk(reply);

/**
 * Texts in Redis that replicas share and that are too large for one value. Callers divide them into parts, so that no command
 * delays the others on the same connection.
 */
export class SharedCopyStore {
  constructor(
    private readonly redis?: RedisConnection,
    private readonly keyPrefix = 'outcrop:',
  ) {}

  /** True if Redis is configured. */
  get isConfigured(): boolean {
    return this.redis !== undefined;
  }

  /** True if Redis is connected. An attempt without a connection would count as an outage. */
  get isConnected(): boolean {
    return this.redis !== undefined && !this.redis.isUnavailable && this.redis.client.status === 'ready';
  }

  /** Returns the text; null if there is none, undefined if Redis is unavailable. */
  async read(name: string): Promise<string | null | undefined> {
    const key = this.redisKey(name);
    return this.redis?.attempt('snapshot', key, (client) => client.get(key), isTextOrNull);
  }

  /** Replaces a text for `ttlMs` milliseconds. Returns undefined if Redis is unavailable. */
  async write(name: string, text: string, ttlMs: number): Promise<'OK' | undefined> {
    const key = this.redisKey(name);
    return this.redis?.attempt('snapshot', key, (client) => client.set(key, text, 'PX', ttlMs), isOk);
  }

  /** Returns the number of removed texts; undefined if Redis is unavailable. */
  async remove(name: string): Promise<number | undefined> {
    const key = this.redisKey(name);
    return this.redis?.attempt('snapshot', key, (client) => client.del(key), isCount);
  }

  /** Returns `OK` for the first caller of all replicas in `ttlMs` milliseconds, else null; undefined if Redis is unavailable. */
  async claim(name: string, ttlMs: number): Promise<'OK' | null | undefined> {
    const key = this.redisKey(name);
    return this.redis?.attempt('snapshot', key, (client) => client.set(key, '1', 'PX', ttlMs, 'NX'), isOkOrNull);
  }

  private redisKey(name: string): string {
    return `${this.keyPrefix}governance:${name}`;
  }
}
