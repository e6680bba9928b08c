import { hash } from 'node:crypto';
import { type CryptoKey, errors, importJWK, jwtVerify } from 'jose';
import { DerivedFromConfig } from '../../config/derived.ts';
import type { GatewayConfig, GroupRuleConfig, JwtIssuerConfig } from '../../config/gateway-config.ts';
import type { TokenMetrics } from '../../telemetry/metrics/token-metrics.ts';
import { FairCache } from '../../shared-state/fair-cache.ts';
import { revokedEntries } from '../callers/revoked-entries.ts';
import { checkClaims, CLOCK_TOLERANCE_SECONDS, type SignatureParameters } from './check-claims.ts';
import { GroupRules } from './group-rules.ts';
import { InvalidSignatureLimit } from './invalid-signature-limit.ts';
import { IssuerKeys } from './keys/issuer-keys.ts';
import type { SigningKey } from './keys/signing-keys.ts';
import { identityOf, type TokenIdentity } from './token-claims.ts';
import { invalidToken, TokenRejection } from './token-errors.ts';
import { type TokenObject, readUnverifiedToken, type UnverifiedToken } from './unverified-token.ts';
import type { VerifiedToken } from './verified-token.ts';

const MAX_CACHE_BYTES = 16 * 1_048_576;
/** Bytes of an entry beside the text of its claims. */
const ENTRY_BYTES = 1_024;

interface CachedToken {
  readonly identity: TokenIdentity;
  readonly key: SigningKey;
  readonly bytes: number;
  readonly expiresAt: number;
  /** The rules with which `token` was made. */
  rules: GroupRules;
  token: VerifiedToken;
}

/** A token whose issuer is configured. */
interface TokenOfIssuer {
  text: string;
  digest: string;
  unverified: UnverifiedToken;
  keys: IssuerKeys;
}

/**
 * Verifies tokens. Verified tokens are cached by their SHA-256 until they expire, their key is withdrawn, or the issuers
 * change. Rejections are not cached: all checks before the signature are cheap, and signatures are limited by address.
 */
export class JwtVerifier {
  private readonly issuers: DerivedFromConfig<JwtIssuerConfig[], ReadonlyMap<string, IssuerKeys>>;
  private readonly rules: DerivedFromConfig<GroupRuleConfig[], GroupRules>;
  private readonly revoked: DerivedFromConfig<string[], Set<string>>;
  private readonly metrics: TokenMetrics;
  private readonly limit = new InvalidSignatureLimit();
  private readonly verifying = new Map<string, Promise<CachedToken>>();
  private readonly imported = new WeakMap<SigningKey, Map<string, Promise<CryptoKey | Uint8Array>>>();
  private cache = createCache();

  constructor(config: GatewayConfig, metrics: TokenMetrics) {
    this.metrics = metrics;
    this.issuers = new DerivedFromConfig(
      () => config.auth.jwt,
      (settings, before) => this.createIssuers(settings, before),
    );
    this.rules = new DerivedFromConfig(
      () => config.auth.groups,
      (rules) => new GroupRules(rules),
    );
    this.revoked = new DerivedFromConfig(() => config.auth.revoked, revokedEntries);
  }

  stop(): void {
    for (const keys of this.issuers.current.values()) keys.stop();
  }

  /** Takes over changed issuers, so that their keys are loaded before the first token. */
  refresh(): void {
    void this.issuers.current;
  }

  /**
   * Returns the verified token, from the cache without a promise; undefined for text that is no token of a configured
   * issuer. Throws TokenRejection, or rejects with one.
   */
  verify(text: string, address: () => string): VerifiedToken | Promise<VerifiedToken> | undefined {
    const issuers = this.issuers.current;
    const digest = hash('sha256', text, 'hex');
    const cached = this.cache.get(digest);
    if (cached !== undefined && !cached.key.withdrawn && Date.now() < cached.expiresAt) {
      return this.accepted(cached, digest);
    }
    const unverified = readUnverifiedToken(text);
    const issuer = unverified?.claims['iss'];
    const keys = typeof issuer === 'string' ? issuers.get(issuer) : undefined;
    if (unverified === undefined || keys === undefined) {
      this.metrics.verified(unverified === undefined ? 'not_a_token' : 'unknown_issuer');
      return undefined;
    }
    return this.verifyOnce({ text, digest, unverified, keys }, address());
  }

  private async verifyOnce(token: TokenOfIssuer, address: string): Promise<VerifiedToken> {
    const { digest } = token;
    try {
      let pending = this.verifying.get(digest);
      if (pending === undefined) {
        pending = this.verifyNew(token, address).finally(() => this.verifying.delete(digest));
        this.verifying.set(digest, pending);
      }
      const verified = this.accepted(await pending, digest);
      this.metrics.verified('accepted');
      return verified;
    } catch (error) {
      if (error instanceof TokenRejection) this.metrics.verified(error.result);
      throw error;
    }
  }

  private async verifyNew(token: TokenOfIssuer, address: string): Promise<CachedToken> {
    const { text, digest, unverified, keys } = token;
    const { settings } = keys;
    const parameters = checkClaims(unverified, settings, Date.now());
    const { keyId, algorithm } = parameters;
    const key = keys.find(keyId, algorithm) ?? (await keys.require(keyId, algorithm));
    const verifyingKey = await this.importKey(key, algorithm);
    const claims = await this.limit.run(address, () => verifySignature(text, verifyingKey, parameters, settings));
    const identity = identityOf(claims, settings);
    const expiresAt = (Number(claims['exp']) + CLOCK_TOLERANCE_SECONDS) * 1_000;
    const rules = this.rules.current;
    const made = { identity, key, expiresAt, rules, bytes: text.length + ENTRY_BYTES };
    const cached: CachedToken = { ...made, token: verifiedToken(identity, rules, expiresAt) };
    // A changed list of issuers has replaced the cache and these keys meanwhile.
    const isCurrent = this.issuers.current.get(settings.issuer) === keys;
    if (isCurrent) this.cache.set(identity.principalId, digest, cached, Math.max(1, expiresAt - Date.now()));
    return cached;
  }

  private importKey(key: SigningKey, algorithm: string): Promise<CryptoKey | Uint8Array> {
    const imported = this.imported.get(key) ?? new Map<string, Promise<CryptoKey | Uint8Array>>();
    this.imported.set(key, imported);
    const known = imported.get(algorithm);
    if (known !== undefined) return known;
    const pending = importJWK(key.jwk, algorithm).catch((cause: unknown) => {
      throw invalidToken('unknown_key', 'the key of its issuer is damaged.', cause);
    });
    imported.set(algorithm, pending);
    return pending;
  }

  private accepted(cached: CachedToken, digest: string): VerifiedToken {
    const revoked = this.revoked.current;
    if (revoked.size > 0 && (revoked.has(cached.identity.principalId) || revoked.has(`sha256:${digest}`))) {
      throw invalidToken('revoked', 'it, or its principal, is revoked.');
    }
    const rules = this.rules.current;
    if (cached.rules !== rules) {
      cached.rules = rules;
      cached.token = verifiedToken(cached.identity, rules, cached.expiresAt);
    }
    return cached.token;
  }

  /** Creates the issuers. Keeps the keys of those whose settings are unchanged, and empties the cache. */
  private createIssuers(
    settings: readonly JwtIssuerConfig[],
    before: ReadonlyMap<string, IssuerKeys> | undefined,
  ): ReadonlyMap<string, IssuerKeys> {
    this.cache = createCache();
    const kept = new Set<IssuerKeys>();
    const issuers = new Map<string, IssuerKeys>();
    for (const one of settings) {
      const former = before?.get(one.issuer);
      const isUnchanged = former !== undefined && JSON.stringify(former.settings) === JSON.stringify(one);
      if (isUnchanged) kept.add(former);
      else former?.stop();
      issuers.set(one.issuer, isUnchanged ? former : new IssuerKeys(one, this.metrics));
    }
    for (const [issuer, keys] of before ?? []) if (!issuers.has(issuer) && !kept.has(keys)) keys.stop();
    return issuers;
  }
}

function createCache(): FairCache<CachedToken> {
  return new FairCache<CachedToken>({ limits: () => ({ maxBytes: MAX_CACHE_BYTES }), sizeOf: ({ bytes }) => bytes });
}

function verifiedToken(identity: TokenIdentity, rules: GroupRules, expiresAt: number): VerifiedToken {
  return Object.freeze({ ...identity, ...rules.grantsOf(identity), expiresAt });
}

async function verifySignature(
  text: string,
  key: CryptoKey | Uint8Array,
  { algorithm }: SignatureParameters,
  { issuer, audience }: JwtIssuerConfig,
): Promise<TokenObject> {
  const options = { algorithms: [algorithm], issuer, audience, requiredClaims: ['exp'] };
  try {
    return (await jwtVerify(text, key, { ...options, clockTolerance: CLOCK_TOLERANCE_SECONDS })).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw invalidToken('expired', 'it has expired. Request a new one.');
    throw invalidToken('signature', 'its signature is not valid.');
  }
}
