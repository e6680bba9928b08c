import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { type GatewayError, invalidApiKey } from '../../errors/errors.ts';
import { callerRefused } from '../../governance/callers/key-refusals.ts';
import { ApiKeyService } from '../../governance/api-key.service.ts';
import { loggedPath } from '../../telemetry/logged-path.ts';
import type { GatewayRequest } from '../context/http-request-context.ts';
import { markSocketAuthenticated } from '../connections/connection-guard.ts';
import { apiKeyBesideBearerToken, keySuffix, readApiKey } from './read-api-key.ts';
import { type PublicRule, PUBLIC_ROUTE } from './public.decorator.ts';
import { type RejectedKey, RejectedKeyLog } from './rejected-key-log.ts';

/** Admits a request with a valid API key and sets `context.caller`. Throws GatewayError 401 `invalid_api_key` otherwise. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  private readonly rejectedKeys = new RejectedKeyLog();

  constructor(
    private readonly keys: ApiKeyService,
    private readonly reflector: Reflector,
    private readonly config: GatewayConfig,
  ) {}

  canActivate(execution: ExecutionContext): boolean {
    const request = execution.switchToHttp().getRequest<GatewayRequest>();
    const targets = [execution.getHandler(), execution.getClass()];
    const publicRule = this.reflector.getAllAndOverride<PublicRule | undefined>(PUBLIC_ROUTE, targets);
    if (publicRule?.(this.config, request)) return true;
    const secret = readApiKey(request.headers);
    if (secret === undefined) throw this.reject(request, 'missing');
    const result = this.keys.verify(secret);
    if ('caller' in result) {
      request.context.caller = result.caller;
      markSocketAuthenticated(request.socket);
      return true;
    }
    // Claude Code sends a bearer token and a key in one request. Only one of them may be a key of the gateway.
    const otherKey = apiKeyBesideBearerToken(request.headers);
    const second = otherKey === undefined ? undefined : this.keys.verify(otherKey);
    if (second === undefined || !('caller' in second)) throw this.reject(request, result.rejected, secret);
    request.context.caller = second.caller;
    markSocketAuthenticated(request.socket);
    return true;
  }

  private reject(request: GatewayRequest, reason: RejectedKey['reason'], secret?: string): GatewayError {
    this.rejectedKeys.rejected({
      reason,
      keyEnding: secret && keySuffix(secret),
      requestId: request.context.id,
      address: request.ip,
      path: loggedPath(request),
    });
    if (reason !== 'missing' && reason !== 'unknown' && reason !== 'expired') {
      return callerRefused(reason, keySuffix(secret ?? ''));
    }
    return invalidApiKey(messageFor(reason, secret, request.headers.authorization));
  }
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
