import { type CanActivate, type ExecutionContext, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { GatewayError, invalidApiKey } from '../../errors/errors.ts';
import { callerRefused, teamOfOtherKey } from '../../governance/callers/key-refusals.ts';
import { ApiKeyService, type KeyLookupResult } from '../../governance/api-key.service.ts';
import { TokenVerifier, unknownIssuer } from '../../governance/tokens/token-verifier.service.ts';
import type { Caller } from '../../request/caller.ts';
import { loggedPath } from '../../telemetry/logged-path.ts';
import type { GatewayRequest } from '../context/http-request-context.ts';
import { markSocketAuthenticated } from '../connections/connection-guard.ts';
import { networkOf } from '../connections/network.ts';
import { chosenTeam } from './chosen-team.ts';
import { apiKeyBesideBearerToken, keySuffix, readApiKey } from './read-api-key.ts';
import { type PublicRule, PUBLIC_ROUTE } from './public.decorator.ts';
import { type RejectedKey, RejectedKeyLog } from './rejected-key-log.ts';

/**
 * Admits a request with a valid API key or token (JWT) and sets `context.caller`. Throws GatewayError 401 `invalid_api_key`
 * otherwise, and the errors of `TokenVerifier` for tokens. Keys, and tokens in the cache, take no promise.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate, OnApplicationShutdown {
  private readonly rejectedKeys = new RejectedKeyLog();

  constructor(
    private readonly keys: ApiKeyService,
    private readonly tokens: TokenVerifier,
    private readonly reflector: Reflector,
    private readonly config: GatewayConfig,
  ) {}

  canActivate(execution: ExecutionContext): boolean | Promise<boolean> {
    const request = execution.switchToHttp().getRequest<GatewayRequest>();
    const targets = [execution.getHandler(), execution.getClass()];
    const publicRule = this.reflector.getAllAndOverride<PublicRule | undefined>(PUBLIC_ROUTE, targets);
    if (publicRule?.(this.config, request)) return true;
    const secret = readApiKey(request.headers);
    if (secret === undefined) throw this.reject(request, 'missing');
    const first = this.lookUp(request, secret);
    if (first instanceof Promise) return first.then((found) => this.admitOrTryOtherKey(request, secret, found));
    return this.admitOrTryOtherKey(request, secret, first);
  }

  onApplicationShutdown(): void {
    this.rejectedKeys.flush();
  }

  private admitOrTryOtherKey(
    request: GatewayRequest,
    secret: string,
    first: KeyLookupResult,
  ): boolean | Promise<boolean> {
    if ('caller' in first) return admit(request, first.caller);
    // Claude Code sends a bearer token and a key in one request. Only one of them may be a key of the gateway.
    const otherKey = apiKeyBesideBearerToken(request.headers);
    if (otherKey === undefined) throw this.rejectSecret(request, first.rejected, secret);
    const second = this.lookUp(request, otherKey);
    if (second instanceof Promise) return second.then((found) => this.admitOrReject(request, secret, [first, found]));
    return this.admitOrReject(request, secret, [first, second]);
  }

  private admitOrReject(
    request: GatewayRequest,
    secret: string,
    [first, second]: readonly [{ rejected: KeyRejection }, KeyLookupResult],
  ): boolean {
    if ('caller' in second) return admit(request, second.caller);
    throw this.rejectSecret(request, first.rejected, secret);
  }

  /** Finds the caller of a key or token. Text in the form of a token whose issuer is not configured may be a key. */
  private lookUp(request: GatewayRequest, secret: string): KeyLookupResult | Promise<KeyLookupResult> {
    if (!this.tokens.accepts(secret)) return this.keys.verify(secret);
    const options = { address: () => networkOf(request.ip ?? ''), team: chosenTeam(request) };
    try {
      const caller = this.tokens.authenticate(secret, options);
      if (caller instanceof Promise) return this.lookUpLater(request, secret, caller);
      return caller === undefined ? this.keys.verify(secret) : { caller };
    } catch (error) {
      throw this.rejectToken(request, error);
    }
  }

  private async lookUpLater(
    request: GatewayRequest,
    secret: string,
    pending: Promise<Readonly<Caller> | undefined>,
  ): Promise<KeyLookupResult> {
    const caller = await pending.catch((error: unknown) => {
      throw this.rejectToken(request, error);
    });
    return caller === undefined ? this.keys.verify(secret) : { caller };
  }

  private rejectSecret(request: GatewayRequest, reason: KeyRejection, secret: string): GatewayError {
    if (reason === 'unknown' && this.tokens.accepts(secret)) return this.rejectToken(request, unknownIssuer());
    return this.reject(request, reason, secret);
  }

  /** Logs a rejected token. The log contains no part of it. */
  private rejectToken(request: GatewayRequest, error: unknown): GatewayError {
    if (!(error instanceof GatewayError)) throw error;
    this.log(request, { reason: 'token', code: error.code });
    return error;
  }

  private reject(request: GatewayRequest, reason: KeyRejection, secret?: string): GatewayError {
    this.log(request, { reason, keyEnding: secret && keySuffix(secret) });
    if (reason !== 'missing' && reason !== 'unknown' && reason !== 'expired') {
      return callerRefused(reason, keySuffix(secret ?? ''));
    }
    return invalidApiKey(messageFor(reason, secret, request.headers.authorization));
  }

  private log(request: GatewayRequest, rejection: Pick<RejectedKey, 'reason' | 'keyEnding' | 'code'>): void {
    const { id } = request.context;
    this.rejectedKeys.rejected({ ...rejection, requestId: id, address: request.ip, path: loggedPath(request) });
  }
}

type KeyRejection = Exclude<RejectedKey['reason'], 'token'>;

/**
 * Throws GatewayError 403 `permission_denied` if the request chooses another team than that of the caller. Callers without a
 * team may send any header, as in gateways without teams.
 */
function admit(request: GatewayRequest, caller: Readonly<Caller>): true {
  const own = caller.team?.name;
  if (own !== undefined) {
    const team = chosenTeam(request);
    if (team !== undefined && own !== team) throw teamOfOtherKey(team, own);
  }
  const { context } = request;
  context.caller = caller;
  if (context.ledgerId !== undefined) context.header('x-outcrop-id', context.ledgerId);
  markSocketAuthenticated(request.socket);
  return true;
}

function messageFor(reason: 'missing' | 'unknown' | 'expired', secret = '', authorization?: string): string {
  switch (reason) {
    case 'missing':
      return authorization === undefined
        ? "You didn't provide an API key. Send it in an Authorization header using Bearer auth " +
            '(Authorization: Bearer YOUR_KEY), or in an x-api-key or api-key header.'
        : "You didn't provide an API key: the Authorization header does not use Bearer auth " +
            '(Authorization: Bearer YOUR_KEY).';
    case 'unknown':
      return `Incorrect API key provided: ${keySuffix(secret)}.`;
    case 'expired':
      return `The API key provided has expired: ${keySuffix(secret)}.`;
    default:
      return reason satisfies never;
  }
}
