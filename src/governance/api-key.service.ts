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
  /** Frozen, because all requests of the key share it. */
  caller: Readonly<Caller>;
}

export type KeyLookupResult = { caller: Readonly<Caller> } | { rejected: 'unknown' | 'expired' };

/**
 * Verifies API keys by their digest. A key is found by hashing the client's text, so the time depends neither on the number
 * of keys nor on the number of correct characters.
 */
@Injectable()
export class ApiKeyService {
  /** API keys by digest. Admitted requests keep their caller when the keys change. */
  private readonly keys: DerivedFromConfig<ApiKeyConfig[], ReadonlyMap<string, ApiKey>>;
  /** Requests per minute of single keys, by id. */
  private readonly limits: DerivedFromConfig<ApiKeyConfig[], ReadonlyMap<string, number | undefined>>;
  /** Requests in flight of single keys, by id. */
  private readonly inFlightLimits: DerivedFromConfig<ApiKeyConfig[], ReadonlyMap<string, number | undefined>>;
  private readonly config: GatewayConfig;

  constructor(config: GatewayConfig) {
    this.config = config;
    this.keys = new DerivedFromConfig(() => config.auth.keys, byDigest);
    this.limits = new DerivedFromConfig(() => config.auth.keys, limitsById);
    this.inFlightLimits = new DerivedFromConfig(() => config.auth.keys, inFlightLimitsById);
  }

  verify(secret: string, now: number = Date.now()): KeyLookupResult {
    const digest = hash('sha256', secret, 'hex');
    const key = this.keys.current.get(digest);
    // The map compares digests, not secrets. The check below makes the result independent of the map's implementation.
    if (key === undefined || !timingSafeEqual(key.digest, Buffer.from(digest, 'hex'))) return { rejected: 'unknown' };
    if (now >= key.expiresAt) return { rejected: 'expired' };
    return key;
  }

  /** Returns the requests per minute of a caller; 0 for no limit. */
  requestsPerMinute(caller: Caller): number {
    return this.limits.current.get(caller.id) ?? this.config.limits.requestsPerMinute;
  }

  /**
   * Returns the limit of requests in flight of the caller's key: 0 for no limit, undefined if the key sets none.
   */
  maxInFlight(caller: Caller): number | undefined {
    return this.inFlightLimits.current.get(caller.id);
  }
}

/** Returns the names, by id, of the keys that are valid at `now` (epoch milliseconds). */
export function validKeys(keys: readonly ApiKeyConfig[], now: number): ReadonlyMap<string, string> {
  return new Map(keys.filter(({ expires }) => now < expiryOf(expires)).map((key) => [idOf(key), key.name]));
}

function byDigest(keys: readonly ApiKeyConfig[]): ReadonlyMap<string, ApiKey> {
  return new Map(keys.map((key) => [digestOf(key), toApiKey(key)]));
}

function limitsById(keys: readonly ApiKeyConfig[]): ReadonlyMap<string, number | undefined> {
  return new Map(keys.map((key) => [idOf(key), key.requestsPerMinute]));
}

function inFlightLimitsById(keys: readonly ApiKeyConfig[]): ReadonlyMap<string, number | undefined> {
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

/**
 * Returns the expiry time in epoch milliseconds. An invalid date counts as passed; the validation of the configuration
 * rejects it.
 */
function expiryOf(expires: string | undefined): number {
  return expires === undefined ? Infinity : (expiryTime(expires) ?? -Infinity);
}
