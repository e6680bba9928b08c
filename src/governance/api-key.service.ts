import { hash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DerivedFromConfig } from '../config/derived.ts';
import { type ApiKeyConfig, GatewayConfig } from '../config/gateway-config.ts';
import { expiryTime } from '../config/settings/date-time.ts';
import type { Caller } from '../request/caller.ts';

const ID_LENGTH = 12;

interface ApiKey {
  digest: Buffer;
  /** Epoch milliseconds; Infinity for a key that does not expire. */
  expiresAt: number;
  /** Shared by all requests of the key, hence frozen. */
  caller: Readonly<Caller>;
}

export type KeyLookupResult = { caller: Readonly<Caller> } | { refused: 'unknown' | 'expired' };

/**
 * The keys of the config by their digest. A key is found by hashing what the client sent: the time
 * that takes depends neither on how many keys there are nor on how much of one was guessed.
 */
@Injectable()
export class ApiKeyService {
  /** By digest. Requests that are already admitted keep their caller when the keys change. */
  private readonly keys: DerivedFromConfig<ApiKeyConfig[], ReadonlyMap<string, ApiKey>>;
  /** Limits of their own, by id. */
  private readonly limits: DerivedFromConfig<ApiKeyConfig[], ReadonlyMap<string, number | undefined>>;
  private readonly places: DerivedFromConfig<ApiKeyConfig[], ReadonlyMap<string, number | undefined>>;
  private readonly config: GatewayConfig;

  constructor(config: GatewayConfig) {
    this.config = config;
    this.keys = new DerivedFromConfig(() => config.auth.keys, byDigest);
    this.limits = new DerivedFromConfig(() => config.auth.keys, limitsById);
    this.places = new DerivedFromConfig(() => config.auth.keys, placesById);
  }

  verify(secret: string, now: number = Date.now()): KeyLookupResult {
    const digest = hash('sha256', secret, 'hex');
    const key = this.keys.current.get(digest);
    // The map has compared digests, not secrets; this makes the last word independent of the map's workings.
    if (key === undefined || !timingSafeEqual(key.digest, Buffer.from(digest, 'hex'))) return { refused: 'unknown' };
    if (now >= key.expiresAt) return { refused: 'expired' };
    return key;
  }

  /** Requests per minute of a caller; 0: no limit. */
  requestsPerMinute(caller: Caller): number {
    return this.limits.current.get(caller.id) ?? this.config.limits.requestsPerMinute;
  }

  /** The caller's own limit of requests in flight; 0: none; undefined: it has none of its own. */
  maxInFlight(caller: Caller): number | undefined {
    return this.places.current.get(caller.id);
  }
}

/** Names by id of the keys that are accepted at this time (epoch milliseconds). */
export function validKeys(keys: readonly ApiKeyConfig[], now: number): ReadonlyMap<string, string> {
  return new Map(keys.filter(({ expires }) => now < expiryOf(expires)).map((key) => [idOf(key), key.name]));
}

function byDigest(keys: readonly ApiKeyConfig[]): ReadonlyMap<string, ApiKey> {
  return new Map(keys.map((key) => [digestOf(key), toApiKey(key)]));
}

function limitsById(keys: readonly ApiKeyConfig[]): ReadonlyMap<string, number | undefined> {
  return new Map(keys.map((key) => [idOf(key), key.requestsPerMinute]));
}

function placesById(keys: readonly ApiKeyConfig[]): ReadonlyMap<string, number | undefined> {
  return new Map(keys.map((key) => [idOf(key), key.maxInFlight]));
}

function toApiKey(key: ApiKeyConfig): ApiKey {
  return {
    digest: Buffer.from(digestOf(key), 'hex'),
    expiresAt: expiryOf(key.expires),
    caller: Object.freeze({
      name: key.name,
      id: idOf(key),
      models: key.models,
      traceContent: key.traceContent,
      metrics: key.metrics,
    }),
  };
}

function digestOf(key: ApiKeyConfig): string {
  return key.hash.slice(key.hash.indexOf(':') + 1).toLowerCase();
}

function idOf(key: ApiKeyConfig): string {
  return digestOf(key).slice(0, ID_LENGTH);
}

/** A date that nobody can read has passed: the config's own check refuses it, this one fails closed. */
function expiryOf(expires: string | undefined): number {
  return expires === undefined ? Infinity : (expiryTime(expires) ?? -Infinity);
}
