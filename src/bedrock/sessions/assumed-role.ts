import type { Credentials } from './request-signer.ts';

/** Credentials that end. */
export interface TemporaryCredentials extends Credentials {
  expiration?: Date;
}

/** Asked for anew from here on, while the old ones still hold. */
const REFRESH_BEFORE_MS = 5 * 60_000;
/** A signature made shortly before the end may arrive after it. */
const TOO_LATE_MS = 30_000;
/** Between two questions that may fail, while the old credentials still hold. */
const ASK_AGAIN_MS = 10_000;

/**
 * The credentials of one role: kept, renewed in the background before they end, waited for only where there are none.
 * That a renewal fails is of no account as long as the old ones hold.
 */
export class AssumedRole {
  private held?: TemporaryCredentials;
  private asking?: Promise<TemporaryCredentials>;
  private nextQuestionAt = 0;
  private readonly ask: () => Promise<TemporaryCredentials>;
  private readonly now: () => number;

  constructor(ask: () => Promise<TemporaryCredentials>, now: () => number = Date.now) {
    this.ask = ask;
    this.now = now;
  }

  /** Rejects with the reason of STS where there are none that hold. The same object until they are renewed. */
  readonly credentials = async (): Promise<Credentials> => {
    const now = this.now();
    const left = this.held === undefined ? 0 : (this.held.expiration?.getTime() ?? Infinity) - now;
    if (this.held === undefined || left <= TOO_LATE_MS) return this.renew();
    if (left <= REFRESH_BEFORE_MS && now >= this.nextQuestionAt) {
      this.nextQuestionAt = now + ASK_AGAIN_MS;
      this.renew().catch(() => undefined);
    }
    return this.held;
  };

  /** One question at a time, however many wait for it. */
  private renew(): Promise<TemporaryCredentials> {
    this.asking ??= this.ask().then(
      (credentials) => {
        this.asking = undefined;
        return (this.held = credentials);
      },
      (error: unknown) => {
        this.asking = undefined;
        throw error;
      },
    );
    return this.asking;
  }
}
