import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { LiveConfig } from '../../config/live-config.ts';
import type { Caller } from '../../request/caller.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import { GovernanceService } from '../governance.service.ts';
import { GovernanceRepository } from '../repository/governance.repository.ts';
import type { JwtVerifier } from './jwt-verifier.ts';
import { PrincipalRecorder } from './principal-recorder.ts';
import { TokenCallers } from './token-callers.ts';
import { invalidToken } from './token-errors.ts';
import { hasTokenForm } from './unverified-token.ts';
import type { VerifiedToken } from './verified-token.ts';

/** Circumstances of a request with a token. */
export interface TokenRequest {
  /** Returns the address of the client. The limit of invalid signatures counts by it. */
  readonly address: () => string;
  /** Value of `x-outcrop-team`. */
  readonly team: string | undefined;
}

/** Verifies tokens (JWT) of the issuers in `auth.jwt`. Loads jose only if one is configured. */
@Injectable()
export class TokenVerifier implements OnModuleInit, BeforeApplicationShutdown {
  private readonly callers: TokenCallers;
  private readonly recorder: PrincipalRecorder;
  private readonly stopListening: () => void;
  private verifier?: JwtVerifier;
  private loading?: Promise<JwtVerifier>;

  constructor(
    private readonly config: GatewayConfig,
    private readonly metrics: MetricsService,
    live: LiveConfig,
    private readonly governance: GovernanceService,
    repository: GovernanceRepository,
  ) {
    this.callers = new TokenCallers({ governance, config, metrics: metrics.tokens });
    this.recorder = new PrincipalRecorder(repository, metrics.tokens);
    this.stopListening = live.onChange((next, previous) => {
      if (next.auth.jwt !== previous.auth.jwt) return () => void this.load().then((verifier) => verifier.refresh());
    });
  }

  async onModuleInit(): Promise<void> {
    if (this.config.auth.jwt.length > 0) await this.load();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopListening();
    this.verifier?.stop();
    await this.recorder.flush();
  }

  /** Returns true if a text in a header for keys is to be treated as a token. */
  accepts(text: string): boolean {
    return this.config.auth.jwt.length > 0 && hasTokenForm(text);
  }

  /**
   * Returns the verified token. Rejects with GatewayError: 401 `invalid_token`, 403 `groups_missing`, 429
   * `too_many_invalid_tokens`, 503 `token_keys_unavailable`. `address` identifies the client.
   */
  async verify(text: string, address: string): Promise<VerifiedToken> {
    const token = await this.find(text, () => address);
    if (token !== undefined) return token;
    throw unknownIssuer();
  }

  /**
   * Returns the caller of a token; undefined if the text is no token of a configured issuer. Tokens in the cache take no
   * promise. Throws or rejects with the errors of `verify`, and those of the choice of a team.
   */
  authenticate(
    text: string,
    request: TokenRequest,
  ): Readonly<Caller> | Promise<Readonly<Caller> | undefined> | undefined {
    const token = this.find(text, request.address);
    if (token instanceof Promise) return token.then((found) => this.callerOf(found, request));
    return this.callerOf(token, request);
  }

  private callerOf(token: VerifiedToken | undefined, { team }: TokenRequest): Readonly<Caller> | undefined {
    return token && this.callers.callerOf(token, team);
  }

  private find(text: string, address: () => string): VerifiedToken | Promise<VerifiedToken | undefined> | undefined {
    if (this.verifier === undefined) return this.load().then(() => this.find(text, address));
    const token = this.verifier.verify(text, address);
    return token instanceof Promise ? this.recorded(token) : token;
  }

  private async recorded(token: Promise<VerifiedToken>): Promise<VerifiedToken> {
    const verified = await token;
    // A disabled principal may have been erased. Its attempts must not store its email and name again.
    const isDisabled = this.governance.snapshot?.principal(verified.principalId)?.document.state === 'disabled';
    if (!isDisabled) this.recorder.seen(verified);
    return verified;
  }

  private load(): Promise<JwtVerifier> {
    this.loading ??= import('./jwt-verifier.ts').then(({ JwtVerifier: Verifier }) => {
      this.verifier = new Verifier(this.config, this.metrics.tokens);
      return this.verifier;
    });
    return this.loading;
  }
}

/** Returns the error of a token whose issuer is not configured. */
export function unknownIssuer(): Error {
  return invalidToken(
    'unknown_issuer',
    'its issuer (`iss`) is not one that the gateway accepts, or it is no JWT of up to 8 KB.',
  );
}
