import { RequestSigner } from '../sessions/request-signer.ts';
import type { TemporaryCredentials } from '../sessions/assumed-role.ts';
import type { SigningIdentity } from '../sessions/signing-identity.ts';

/** Remaining milliseconds below which credentials are refreshed. Of shorter ones, half of the lifetime. */
const SESSION_REFRESH_MS = 5 * 60_000;
/** Remaining milliseconds below which credentials count as expired, at most a tenth of their lifetime. */
const SESSION_MARGIN_MS = 30_000;
/** Milliseconds without a request to STS after the first failure. They double with each further one. */
const FIRST_PAUSE_MS = 2_000;
const MAX_PAUSE_MS = 60_000;
/** Milliseconds without a call after which a session without credentials is forgotten. */
const MIN_UNUSED_MS = 60_000;
/** Minimum age in milliseconds of credentials that a rejection of AWS can end. */
const MIN_REJECTED_AGE_MS = 30_000;
/** Lifetime of credentials without an expiration. */
const DEFAULT_LIFETIME_MS = 60 * 60_000;

/** What a session needs from outside. */
export interface SessionSources {
  /** Requests new credentials from STS. */
  readonly assumeRole: () => Promise<TemporaryCredentials>;
  /** Encoded paths, shared by all signers. */
  readonly paths: Map<string, string>;
  readonly now: () => number;
  /** Receives the result of each request to STS. */
  readonly ended: (failure: Error | undefined, purpose: 'first' | 'refresh') => void;
}

interface ValidCredentials {
  readonly credentials: TemporaryCredentials;
  readonly receivedAt: number;
  readonly refreshAt: number;
  readonly validUntil: number;
}

/** The session of one team in one account: its credentials, and a signer for each region. */
export class TeamSession {
  /** Time of the last call. */
  usedAt: number;
  /** True if a call may wait for credentials. False from a failure or a timeout of STS until its next answer. */
  mayWait = true;
  private readonly sources: SessionSources;
  private readonly signers = new Map<string, RequestSigner>();
  /** Identities of the current credentials, by region. */
  private identities = new Map<string, SigningIdentity>();
  private valid?: ValidCredentials;
  private pending?: Promise<void>;
  private failures = 0;
  private pausedUntil = 0;

  constructor(sources: SessionSources) {
    this.sources = sources;
    this.usedAt = sources.now();
  }

  /** Returns the identity for a region; undefined without valid credentials. */
  identityIn(region: string, now: number): SigningIdentity | undefined {
    if (this.valid === undefined || now >= this.valid.validUntil) return undefined;
    const known = this.identities.get(region);
    if (known !== undefined) return known;
    let signer = this.signers.get(region);
    if (signer === undefined) this.signers.set(region, (signer = new RequestSigner(region, this.sources.paths)));
    const identity = { credentials: this.valid.credentials, signer };
    this.identities.set(region, identity);
    return identity;
  }

  /** Returns true while a request to STS must not be repeated because one has failed. */
  isPaused(now: number): boolean {
    return this.pending === undefined && now < this.pausedUntil;
  }

  /** Resolves when STS has answered or failed. Concurrent callers share one request. Never rejects. */
  requested(purpose: 'first' | 'refresh'): Promise<void> {
    this.pending ??= this.request(purpose);
    return this.pending;
  }

  /** Returns true if the credentials should be refreshed now. Those that were not used since the last time expire. */
  needsRefresh(now: number): boolean {
    if (this.valid === undefined || this.pending !== undefined || now < this.pausedUntil) return false;
    return now >= this.valid.refreshAt && this.usedAt >= this.valid.receivedAt;
  }

  /** Returns true if the session has no valid credentials, and no call has needed them for a minute. */
  hasEnded(now: number): boolean {
    return this.pending === undefined && now >= Math.max(this.valid?.validUntil ?? 0, this.usedAt + MIN_UNUSED_MS);
  }

  /** Drops credentials that AWS has rejected, unless they are new. */
  reject(identity: SigningIdentity): void {
    const { valid } = this;
    if (valid === undefined || identity.credentials !== valid.credentials) return;
    if (this.sources.now() - valid.receivedAt >= MIN_REJECTED_AGE_MS) this.valid = undefined;
  }

  private async request(purpose: 'first' | 'refresh'): Promise<void> {
    try {
      const credentials = await this.sources.assumeRole();
      const now = this.sources.now();
      const lifetimeMs = credentials.expiration ? credentials.expiration.getTime() - now : DEFAULT_LIFETIME_MS;
      this.valid = {
        credentials,
        receivedAt: now,
        refreshAt: now + lifetimeMs - Math.min(SESSION_REFRESH_MS, lifetimeMs / 2),
        validUntil: now + lifetimeMs - Math.min(SESSION_MARGIN_MS, lifetimeMs / 10),
      };
      this.identities = new Map();
      this.failures = 0;
      this.mayWait = true;
      this.pausedUntil = 0;
      this.pending = undefined;
      this.sources.ended(undefined, purpose);
    } catch (error) {
      this.pausedUntil = this.sources.now() + Math.min(FIRST_PAUSE_MS * 2 ** this.failures, MAX_PAUSE_MS);
      this.failures += 1;
      this.mayWait = false;
      this.pending = undefined;
      this.sources.ended(error instanceof Error ? error : new Error(String(error)), purpose);
    }
  }
}
