import { hash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DerivedFromConfig } from '../config/derived.ts';
import { type ApiKeyConfig, GatewayConfig } from '../config/gateway-config.ts';
import type { ApiKeyTable } from '../config/keys/api-key-table.ts';
import type { Caller } from '../request/caller.ts';
import { callerOfTeam, type KeyGovernance, NO_GOVERNANCE } from './callers/caller-of-team.ts';
import type { CallerRefusal } from './callers/key-refusals.ts';
import { FileKeys } from './file-keys.ts';
import { GovernanceService } from './governance.service.ts';
import { expiryOf } from './key-expiry.ts';
import { revokedEntries } from './callers/revoked-entries.ts';
import { createVerifiedKey, type VerifiedKey } from './verified-key.ts';

const ID_LENGTH = 12;

export type KeyLookupResult = { caller: Readonly<Caller> } | { rejected: 'unknown' | 'expired' | CallerRefusal };

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

  private readonly revoked: DerivedFromConfig<string[], Set<string> | undefined>;

  private readonly governance: KeyGovernance;

  constructor(config: GatewayConfig, governance?: GovernanceService) {
    this.governance = governance ?? NO_GOVERNANCE;
    this.config = config;
    this.keys = new DerivedFromConfig(() => config.auth.keys, byDigest);
    this.limits = new DerivedFromConfig(() => config.auth.keys, limitsById);
    this.inFlightLimits = new DerivedFromConfig(() => config.auth.keys, inFlightLimitsById);
    this.fileKeys = new DerivedFromConfig(
      () => config.auth.fileKeys,
      (table) => new FileKeys(table),
    );
    this.revoked = new DerivedFromConfig(
      () => config.auth.revoked,
      (revoked) => (revoked.length === 0 ? undefined : revokedEntries(revoked)),
    );
  }

  verify(secret: string, now: number = Date.now()): KeyLookupResult {
    const digest = hash('sha256', secret, 'hex');
    const bytes = Buffer.from(digest, 'hex');
    const key = this.keys.current.get(digest) ?? this.fileKeys.current.find(bytes);
    // Lookups compare digests, not secrets. The check below makes the result independent of their implementation.
    if (key === undefined || !timingSafeEqual(key.digest, bytes)) return this.verifyGoverned(digest, bytes, now);
    if (this.isRevoked(key.caller, digest)) return { rejected: 'revoked' };
    if (now >= key.expiresAt) return { rejected: 'expired' };
    return key.team === undefined ? key : callerOfTeam(key, this.governance);
  }

  /** Returns true if `auth.revoked` contains the hash of the secret, or the id of the key or its principal. */
  isRevoked({ id, principal }: Caller, digest?: string): boolean {
    const revoked = this.revoked.current;
    if (revoked === undefined) return false;
    if (digest !== undefined && revoked.has(`sha256:${digest}`)) return true;
    return revoked.has(id) || (principal !== undefined && revoked.has(principal));
  }

  /** Returns the time after which a secret is rejected, in epoch milliseconds; undefined if it is not known. */
  expiryOf(secret: string): number | undefined {
    const digest = hash('sha256', secret, 'hex');
    const bytes = Buffer.from(digest, 'hex');
    const key = this.keys.current.get(digest) ?? this.fileKeys.current.find(bytes);
    return (key ?? this.governance.snapshot?.findSecret(bytes))?.expiresAt;
  }

  /** Returns the requests per minute of a caller; 0 for no limit. */
  requestsPerMinute(caller: Caller): number {
    const { limits } = caller;
    if (limits !== undefined) return limits.requestsPerMinute ?? this.config.limits.requestsPerMinute;
    const own = this.limits.current.get(caller.id) ?? this.fileKeys.current.settingsOf(caller.id)?.requestsPerMinute;
    return own ?? this.config.limits.requestsPerMinute;
  }

  /**
   * Returns the limit of requests in flight of the caller's key: 0 for no limit, undefined if the key sets none.
   */
  maxInFlight(caller: Caller): number | undefined {
    if (caller.limits !== undefined) return caller.limits.maxInFlight;
    return this.inFlightLimits.current.get(caller.id) ?? this.fileKeys.current.settingsOf(caller.id)?.maxInFlight;
  }

  /** Verifies a key of `governance.files` or of the database. */
  private verifyGoverned(digest: string, bytes: Buffer, now: number): KeyLookupResult {
    const { snapshot, isMissing } = this.governance;
    if (snapshot === undefined) return { rejected: 'unknown' };
    const found = snapshot.findSecret(bytes);
    // Without the keys of the database, the key may be one of them.
    if (found === undefined || !timingSafeEqual(found.digest, bytes)) {
      return { rejected: isMissing ? 'unavailable' : 'unknown' };
    }
    const { key } = found;
    if (this.isRevoked(key.caller, digest)) return { rejected: 'revoked' };
    if (key.refusal !== undefined) return { rejected: this.governance.refusalNow(key.refusal) };
    if (now >= found.expiresAt) return { rejected: 'expired' };
    if (this.config.governance.requireApplication && key.caller.application === undefined) {
      return { rejected: 'application_required' };
    }
    if (key.origin === 'database') {
      if (this.governance.isTooOld(now)) return { rejected: 'unavailable' };
      this.governance.recordUse(key, now);
    }
    return key;
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
