import { hash } from 'node:crypto';

import { DerivedFromConfig } from '../../config/derived.ts';
import type { GatewayConfig, ThinkingKeyConfig } from '../../config/gateway-config.ts';
import { FairCache } from '../fair-cache.ts';
import type { RedisConnection } from '../redis.ts';
import { areBuffers, isOk } from '../redis-replies.ts';
import { type SealingKey, SealingKeys, createSealingKey } from './sealing-keys.ts';

/** Where thoughts belong: the same call means other thoughts, or none, in another context. */
export interface ThinkingStoreKey {
  /** Id of the API key in whose share of the memory they are kept. */
  owner: string;
  /** Id of the call, as the client knows it. */
  callId: string;
  /** Who asked which model for which tool; compared letter by letter. */
  context: string;
}

/** Older calls are not looked for: a conversation of this length has left its beginning behind. */
const MOST_PLACES = 512;

/**
 * Thoughts by the call that they led to, for clients that give back the call alone: inside the call's id where
 * they fit, else in the memory of this process and, where there is one, in Redis. What cannot be found is
 * missing, never an error.
 */
export class ThinkingStore {
  private readonly memory: FairCache<Buffer>;
  private readonly keys: DerivedFromConfig<ThinkingKeyConfig[], SealingKeys>;
  /** Goes on opening what it has sealed when keys are configured later. */
  private readonly ownKey: SealingKey = createSealingKey();

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
          this.ownKey,
        ),
    );
  }

  /** A key that dies with the process is worth less than a Redis that stays. */
  private get seals(): boolean {
    return this.config.thinking.sealingKeys.length > 0 || this.redis === undefined;
  }

  /** The id that the client shall know the call by. Does not wait for Redis: the answer is on its way already. */
  save(place: ThinkingStoreKey, bytes: Buffer): string {
    const { restoreForClients, maxToolCallIdLength, ttlSeconds } = this.config.thinking;
    if (!restoreForClients) return place.callId;
    const keys = this.keys.current;
    if (this.seals && keys.sealedLength(bytes.length) <= maxToolCallIdLength) return keys.seal(bytes, place.context);
    const key = keyOf(place);
    const ttl = ttlSeconds * 1000;
    this.memory.set(place.owner, key, bytes, ttl);
    void this.redis?.attempt((client) => client.set(this.redisKey(key), bytes, 'PX', ttl), isOk);
    return place.callId;
  }

  /** What was kept, by the id of its call. */
  async find(places: readonly ThinkingStoreKey[]): Promise<Map<string, Buffer>> {
    const found = new Map<string, Buffer>();
    if (!this.config.thinking.restoreForClients) return found;
    const missing: ThinkingStoreKey[] = [];
    for (const place of places.slice(-MOST_PLACES)) {
      const bytes = this.keys.current.open(place.callId, place.context) ?? this.memory.get(keyOf(place));
      if (bytes) found.set(place.callId, bytes);
      else missing.push(place);
    }
    if (this.redis && missing.length > 0) await this.findInRedis(this.redis, missing, found);
    return found;
  }

  /** Bytes that the client itself keeps, readable to this gateway alone and only where the same `context` is named. */
  seal(bytes: Uint8Array, context: string): string {
    return this.keys.current.seal(bytes, context);
  }

  /** What was sealed; `foreign` where no key of ours did, `changed` where it does not open. */
  unseal(text: string, context: string): Uint8Array | 'foreign' | 'changed' {
    if (!this.keys.current.isSealedByUs(text)) return 'foreign';
    return this.keys.current.open(text, context) ?? 'changed';
  }

  private async findInRedis(
    redis: RedisConnection,
    places: readonly ThinkingStoreKey[],
    found: Map<string, Buffer>,
  ): Promise<void> {
    const keys = places.map((place) => this.redisKey(keyOf(place)));
    const values = await redis.attempt((client) => client.mgetBuffer(...keys), areBuffers(keys.length));
    places.forEach(({ callId }, index) => {
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
