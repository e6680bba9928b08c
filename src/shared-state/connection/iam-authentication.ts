import { Logger } from '@nestjs/common';
import { createIamToken, type TokenCredentials, type TokenScope } from './iam-token.ts';

/** Milliseconds after which a token is replaced. AWS accepts it for 15 minutes, and a new connection always has a valid one. */
const TOKEN_RENEWAL_MS = 5 * 60_000;
/** Milliseconds until another attempt if the credentials are unavailable. */
const RETRY_MS = 5_000;
/**
 * Milliseconds between two authentications of an open connection. AWS ends a connection 12 hours after its last one.
 */
export const AUTHENTICATION_INTERVAL_MS = 6 * 3_600_000;

/** Clock and credentials, which tests replace. */
export interface IamEnvironment {
  credentials: () => Promise<TokenCredentials>;
  now: () => number;
}

/** Keeps a valid IAM token, and authenticates open connections again before AWS ends them. */
export class IamAuthentication {
  private readonly logger = new Logger('redis');
  private token = '';
  private authenticatedAt: number;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly scope: TokenScope,
    private readonly environment: IamEnvironment,
  ) {
    this.authenticatedAt = environment.now();
  }

  /** The token for a connection that opens now; empty until the credentials are available. */
  get currentToken(): string {
    return this.token;
  }

  /**
   * Creates the first token, and renews it from then on. `authenticate` sends AUTH on all open connections, and rejects if
   * Redis refuses it.
   */
  async start(authenticate: (user: string, token: string) => Promise<void>): Promise<void> {
    const isRenewed = await this.renew();
    if (this.closed) return;
    this.timer = setTimeout(() => void this.start(authenticate), isRenewed ? TOKEN_RENEWAL_MS : RETRY_MS).unref();
    if (!isRenewed || this.environment.now() - this.authenticatedAt < AUTHENTICATION_INTERVAL_MS) return;
    try {
      await authenticate(this.scope.user, this.token);
      this.authenticatedAt = this.environment.now();
    } catch (error) {
      this.report(error, 'Redis has refused a new IAM token for an open connection; the next token is tried');
    }
  }

  stop(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private async renew(): Promise<boolean> {
    try {
      const credentials = await this.environment.credentials();
      this.token = createIamToken(this.scope, credentials, new Date(this.environment.now()));
      return true;
    } catch (error) {
      this.report(error, 'There are no AWS credentials for the IAM token of Redis');
      return false;
    }
  }

  private report(error: unknown, msg: string): void {
    const reason = error instanceof Error ? error.name : 'unknown';
    this.logger.warn({ event: 'redis_iam_failed', reason, msg });
  }
}

/** Returns the credentials of AWS's standard chain, as Bedrock's requests use them. */
export async function standardCredentials(): Promise<() => Promise<TokenCredentials>> {
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  return fromNodeProviderChain();
}
