import { hash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DerivedFromConfig } from '../config/derived.ts';
import { type ApiKeyConfig, GatewayConfig } from '../config/gateway-config.ts';
import type { ApiKeyTable } from '../config/keys/api-key-table.ts';
import type { Caller } from '../request/caller.ts';
import { FileKeys } from './file-keys.ts';
import { createVerifiedKey, expiryOf, type VerifiedKey } from './verified-key.ts';

const ID_LENGTH = 12;

export type KeyLookupResult = { caller: Readonly<Caller> } | { rejected: 'unknown' | 'expired' };

/**
 * Verifies API keys by their digest. A key is found by hashing the client's text, so the time depends neither on the number
 * of keys nor on the number of correct characters.
 */
@Injectable()
export class ApiKeyService {
  /** API keys by digest. Admitted requests keep their caller when the keys change. */
  private readonly keys: DerivedFromConfig<ApiKeyConfig[], ReadonlyMap<string, VerifiedKey>>;
  /** Requests per minute of single keys, by id. */
  private readonly limits: DerivedFromConfig<ApiKeyConfig[], ReadonlyMap<string, number | undefined>>;
  /** Requests in flight of single keys, by id. */
  private readonly inFlightLimits: DerivedFromConfig<ApiKeyConfig[], ReadonlyMap<string, number | undefined>>;
  private readonly fileKeys: DerivedFromConfig<ApiKeyTable | undefined, FileKeys>;
  private readonly config: GatewayConfig;

  constructor(config: GatewayConfig) {
    this.config = config;
    this.keys = new DerivedFromConfig(() => config.auth.keys, byDigest);
    this.limits = new DerivedFromConfig(() => config.auth.keys, limitsById);
    this.inFlightLimits = new DerivedFromConfig(() => config.auth.keys, inFlightLimitsById);
    this.fileKeys = new DerivedFromConfig(
      () => config.auth.fileKeys,
      (table) => new FileKeys(table),
    );
  }

  verify(secret: string, now: number = Date.now()): KeyLookupResult {
    const digest = hash('sha256', secret, 'hex');
    const bytes = Buffer.from(digest, 'hex');
    const key = this.keys.current.get(digest) ?? this.fileKeys.current.find(bytes);
    // Lookups compare digests, not secrets. The check below makes the result independent of their implementation.
    if (key === undefined || !timingSafeEqual(key.digest, bytes)) return { rejected: 'unknown' };
    if (now >= key.expiresAt) return { rejected: 'expired' };
    return key;
  }

  /** Returns the requests per minute of a caller; 0 for no limit. */
  requestsPerMinute(caller: Caller): number {
    const own = this.limits.current.get(caller.id) ?? this.fileKeys.current.settingsOf(caller.id)?.requestsPerMinute;
    return own ?? this.config.limits.requestsPerMinute;
  }

  /**
   * Returns the limit of requests in flight of the caller's key: 0 for no limit, undefined if the key sets none.
   */
  maxInFlight(caller: Caller): number | undefined {
    return this.inFlightLimits.current.get(caller.id) ?? this.fileKeys.current.settingsOf(caller.id)?.maxInFlight;
  }
}

/** Returns the names, by id, of the keys that are valid at `now` (epoch milliseconds). */
export function validKeys(keys: readonly ApiKeyConfig[], now: number): ReadonlyMap<string, string> {
  return new Map(keys.filter(({ expires }) => now < expiryOf(expires)).map((key) => [idOf(key), key.name]));
}

function byDigest(keys: readonly ApiKeyConfig[]): ReadonlyMap<string, VerifiedKey> {
  return new Map(keys.map((key) => [digestOf(key), toVerifiedKey(key)]));
}

function limitsById(keys: readonly ApiKeyConfig[]): ReadonlyMap<string, number | undefined> {
  return new Map(keys.map((key) => [idOf(key), key.requestsPerMinute]));
}

function inFlightLimitsById(keys: readonly ApiKeyConfig[]): ReadonlyMap<string, number | undefined> {
  return new Map(keys.map((key) => [idOf(key), key.maxInFlight]));
}

function toVerifiedKey(key: ApiKeyConfig): VerifiedKey {
  const digest = Buffer.from(digestOf(key), 'hex');
  return createVerifiedKey({ name: key.name, id: idOf(key), digest }, key);
}

function digestOf(key: ApiKeyConfig): string {
  return key.hash.slice(key.hash.indexOf(':') + 1).toLowerCase();
}

function idOf(key: ApiKeyConfig): string {
  return digestOf(key).slice(0, ID_LENGTH);
}
