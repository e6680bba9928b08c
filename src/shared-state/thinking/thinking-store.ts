import { hash } from 'node:crypto';

import { DerivedFromConfig } from '../../config/derived.ts';
import type { GatewayConfig, ThinkingKeyConfig } from '../../config/gateway-config.ts';
import { FairCache } from '../fair-cache.ts';
import type { RedisConnection } from '../redis.ts';
import { areBuffers, isBufferOrNull, isOk } from '../redis-replies.ts';
import { type SealingKey, SealingKeys, createSealingKey } from './sealing-keys.ts';

/** Identifies stored thinking. The same tool call has other thinking, or none, in another context. */
export interface ThinkingStoreKey {
  /** Id of the API key whose memory share holds the thinking. */
  owner: string;
  /** Id of the tool call, as the client receives it. */
  callId: string;
  /** API key, model and tool of the call. Compared as text. */
  context: string;
}

/** Maximum number of tool calls to look up, the newest first. Longer conversations rarely contain their beginning. */
const MAX_LOOKUPS = 512;

/**
 * Stores thinking by the tool call that follows it, for clients that send back the call alone. Small thinking is sealed into
 * the call's id. Other thinking is stored in the memory of this process and in Redis, if configured. Thinking that cannot be
 * found is missing, never an error.
 */
export class ThinkingStore {
  private readonly memory: FairCache<Buffer>;
  private readonly keys: DerivedFromConfig<ThinkingKeyConfig[], SealingKeys>;
  /** Decrypts what this process has sealed, even if keys are configured later. */
  private readonly processKey: SealingKey = createSealingKey();

  constructor(
    private readonly config: Pick<GatewayConfig, 'thinking'>,
    private readonly redis?: RedisConnection,
    private readonly keyPrefix = 'outcrop:',
  ) {
    this.memory = new FairCache({
      limits: () => config.thinking,
      sizeOf: (bytes, key) => bytes.length + key.length,
    });
    this.keys = new DerivedFromConfig(
      () => config.thinking.sealingKeys,
      (keys) =>
        new SealingKeys(
          keys.map(({ id, key }) => ({ id, key: Buffer.from(key, 'base64') })),
          this.processKey,
        ),
    );
  }

  /**
   * True if thinking is sealed into ids. False with Redis but without configured keys: the process key is lost when the
   * process ends, and thinking in Redis is not.
   */
  private get seals(): boolean {
    return this.config.thinking.sealingKeys.length > 0 || this.redis === undefined;
  }

  /**
   * Stores thinking. Returns the id of the tool call for the client. Does not wait for Redis, because the answer is already
   * being sent.
   */
  save(storeKey: ThinkingStoreKey, bytes: Buffer): string {
    const { restoreForClients, maxToolCallIdLength, ttlSeconds } = this.config.thinking;
    if (!restoreForClients) return storeKey.callId;
    const keys = this.keys.current;
    if (this.seals && keys.sealedLength(bytes.length) <= maxToolCallIdLength) return keys.seal(bytes, storeKey.context);
    const key = keyOf(storeKey);
    const ttl = ttlSeconds * 1000;
    this.memory.set(storeKey.owner, key, bytes, ttl);
    const redisKey = this.redisKey(key);
    void this.redis?.attempt('thinking', redisKey, (client) => client.set(redisKey, bytes, 'PX', ttl), isOk);
    return storeKey.callId;
  }

  /** Returns the stored thinking by the id of its tool call. */
  async find(storeKeys: readonly ThinkingStoreKey[]): Promise<Map<string, Buffer>> {
    const found = new Map<string, Buffer>();
    if (!this.config.thinking.restoreForClients) return found;
    const missing: ThinkingStoreKey[] = [];
    for (const storeKey of storeKeys.slice(-MAX_LOOKUPS)) {
      const bytes = this.keys.current.open(storeKey.callId, storeKey.context) ?? this.memory.get(keyOf(storeKey));
      if (bytes) found.set(storeKey.callId, bytes);
      else missing.push(storeKey);
    }
    if (this.redis && missing.length > 0) await this.findInRedis(this.redis, missing, found);
    return found;
  }

  /** Encrypts bytes that the client stores. Only this gateway can decrypt them, with the same `context`. */
  seal(bytes: Uint8Array, context: string): string {
    return this.keys.current.seal(bytes, context);
  }

  /** Decrypts sealed text. Returns `foreign` if another gateway sealed it, and `changed` if it cannot be decrypted. */
  unseal(text: string, context: string): Uint8Array | 'foreign' | 'changed' {
    if (!this.keys.current.isSealedByUs(text)) return 'foreign';
    return this.keys.current.open(text, context) ?? 'changed';
  }

  private async findInRedis(
    redis: RedisConnection,
    storeKeys: readonly ThinkingStoreKey[],
    found: Map<string, Buffer>,
  ): Promise<void> {
    const keys = storeKeys.map((storeKey) => this.redisKey(keyOf(storeKey)));
    const values = redis.isCluster
      ? await Promise.all(
          keys.map((key) => redis.attempt('thinking', key, (client) => client.getBuffer(key), isBufferOrNull)),
        )
      : await redis.attempt('thinking', keys[0]!, (client) => client.mgetBuffer(...keys), areBuffers(keys.length));
    storeKeys.forEach(({ callId }, index) => {
      const bytes = values?.[index];
      if (bytes) found.set(callId, bytes);
    });
  }

  private redisKey(key: string): string {
    return `${this.keyPrefix}thoughts:${key}`;
  }
}

function keyOf({ callId, context }: ThinkingStoreKey): string {
  return hash('sha256', JSON.stringify([callId, context]), 'base64url');
}
