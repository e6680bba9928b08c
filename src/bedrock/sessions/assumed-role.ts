import type { Credentials } from './request-signer.ts';

/** Credentials with an expiration time; without one, they do not expire. */
export interface TemporaryCredentials extends Credentials {
  expiration?: Date;
}

/** Remaining milliseconds below which the credentials are refreshed in the background. */
const REFRESH_BEFORE_MS = 5 * 60_000;
/** Remaining milliseconds below which the credentials count as expired, because a signed request could arrive too late. */
const EXPIRY_MARGIN_MS = 30_000;
/** Milliseconds between two refreshes in the background, which may fail while the credentials are valid. */
const REFRESH_INTERVAL_MS = 10_000;

/**
 * Keeps the credentials of one role and refreshes them in the background before they expire. Requests wait only if there are
 * no valid credentials. A failed refresh has no effect while the credentials are valid.
 */
export class AssumedRole {
  private current?: TemporaryCredentials;
  private refreshing?: Promise<TemporaryCredentials>;
  private nextRefreshAt = 0;
  private readonly assumeRole: () => Promise<TemporaryCredentials>;
  private readonly now: () => number;

  constructor(assumeRole: () => Promise<TemporaryCredentials>, now: () => number = Date.now) {
    this.assumeRole = assumeRole;
    this.now = now;
  }

  /**
   * Returns valid credentials, as the same object until the next refresh. Rejects with the error of STS if there are none.
   */
  readonly credentials = async (): Promise<Credentials> => {
    const now = this.now();
    const remainingMs = this.current === undefined ? 0 : (this.current.expiration?.getTime() ?? Infinity) - now;
    if (this.current === undefined || remainingMs <= EXPIRY_MARGIN_MS) return this.refresh();
    if (remainingMs <= REFRESH_BEFORE_MS && now >= this.nextRefreshAt) {
      this.nextRefreshAt = now + REFRESH_INTERVAL_MS;
      this.refresh().catch(() => undefined);
    }
    return this.current;
  };

  /** Refreshes the credentials. Concurrent callers share one request to STS. */
  private refresh(): Promise<TemporaryCredentials> {
    this.refreshing ??= this.assumeRole().then(
      (credentials) => {
        this.refreshing = undefined;
        return (this.current = credentials);
      },
      (error: unknown) => {
        this.refreshing = undefined;
        throw error;
      },
    );
    return this.refreshing;
  }
}
