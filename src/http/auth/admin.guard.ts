import { type CanActivate, type ExecutionContext, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type GatewayError, invalidApiKey, permissionDenied } from '../../errors/errors.ts';
import { AdminAuthenticator } from '../../governance/administration/admin-authenticator.ts';
import type { Administrator } from '../../governance/administration/administrator.ts';
import { ApiKeyService } from '../../governance/api-key.service.ts';
import { AuditService } from '../../governance/audit/audit.service.ts';
import { loggedPath } from '../../telemetry/logged-path.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import { markSocketAuthenticated } from '../connections/connection-guard.ts';
import { networkOf } from '../connections/network.ts';
import type { GatewayRequest } from '../context/http-request-context.ts';
import { ADMIN_ROUTE, type AdminRouteRule } from './admin-route.decorator.ts';
import { setAdministrator } from './current-administrator.decorator.ts';
import { chosenTeam } from './chosen-team.ts';
import { keySuffix, readApiKey } from './read-api-key.ts';
import { RejectedKeyLog } from './rejected-key-log.ts';

/**
 * Admits callers of the admin API by the role table. Throws GatewayError 401 `invalid_api_key` without a valid admin key, and
 * 403 `permission_denied` for an API key of the data port or for a role that may not use the route.
 */
@Injectable()
export class AdminGuard implements CanActivate, OnApplicationShutdown {
  private readonly rejectedKeys = new RejectedKeyLog();

  constructor(
    private readonly authenticator: AdminAuthenticator,
    private readonly keys: ApiKeyService,
    private readonly audit: AuditService,
    private readonly metrics: MetricsService,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const request = execution.switchToHttp().getRequest<GatewayRequest>();
    const rule = this.reflector.get<AdminRouteRule | undefined>(ADMIN_ROUTE, execution.getHandler());
    const secret = readApiKey(request.headers);
    if (secret === undefined) throw this.unknown(request, undefined);
    const administrator = this.authenticator.findByKey(secret) ?? (await this.findByToken(request, secret));
    if (administrator === undefined) throw this.unknown(request, secret);
    if (rule === undefined || !rule.roles.includes(administrator.role)) throw this.denied(request, administrator);
    markSocketAuthenticated(request.socket);
    setAdministrator(request, administrator);
    return true;
  }

  onApplicationShutdown(): void {
    this.rejectedKeys.flush();
  }

  private async findByToken(request: GatewayRequest, secret: string): Promise<Administrator | undefined> {
    if (!this.authenticator.acceptsToken(secret)) return undefined;
    try {
      const address = networkOf(request.ip ?? '');
      const { administrator, isSignIn } = await this.authenticator.findByToken(secret, address, chosenTeam(request));
      if (isSignIn) this.recordSignIn(request, administrator);
      return administrator;
    } catch (error) {
      const { code } = error as Partial<GatewayError>;
      const place = { requestId: request.context.id, address: request.ip, path: loggedPath(request) };
      this.rejectedKeys.rejected({ reason: 'token', code, ...place });
      const details = { method: request.method, path: place.path, requestId: place.requestId, code: code ?? null };
      this.audit.recordDenied({ actor: { kind: 'gateway', id: 'unknown' }, action: 'sign-in.denied', details });
      this.metrics.admin.denied('token');
      throw error;
    }
  }

  private recordSignIn({ context }: GatewayRequest, { actor, role, team }: Administrator): void {
    const details = { role, ...(team !== undefined && { team }), requestId: context.id };
    this.audit.recordSignIn({ actor, action: 'sign-in', objectKind: 'Principal', objectId: actor.id, details });
  }

  /** Returns the error for a caller without an admin key, and records it. */
  private unknown(request: GatewayRequest, secret: string | undefined): GatewayError {
    const found = secret === undefined ? undefined : this.keys.verify(secret);
    const caller = found !== undefined && 'caller' in found ? found.caller : undefined;
    const path = loggedPath(request);
    this.rejectedKeys.rejected({
      reason: secret === undefined ? 'missing' : 'unknown',
      keyEnding: secret && keySuffix(secret),
      requestId: request.context.id,
      address: request.ip,
      path,
    });
    const actor =
      caller === undefined ? { kind: 'gateway' as const, id: 'unknown' } : { kind: 'key' as const, id: caller.id };
    const details = { method: request.method, path, requestId: request.context.id };
    this.audit.recordDenied({ actor, action: caller === undefined ? 'sign-in.denied' : 'access.denied', details });
    this.metrics.admin.denied(caller !== undefined ? 'api_key' : secret === undefined ? 'missing_key' : 'unknown_key');
    if (caller !== undefined)
      return permissionDenied('An API key does not open the admin API. Use a key of admin.keys.');
    return invalidApiKey(
      secret === undefined
        ? "You didn't provide an admin key. Send it in an Authorization header using Bearer auth."
        : `Incorrect admin key provided: ${keySuffix(secret)}.`,
    );
  }

  private denied(request: GatewayRequest, { actor, role, failure }: Administrator): GatewayError {
    // The role that would open the route may be one that only the database knows.
    if (failure !== undefined) return failure;
    const details = { method: request.method, path: loggedPath(request), role, requestId: request.context.id };
    this.audit.recordDenied({ actor, action: 'access.denied', details });
    this.metrics.admin.denied('role');
    return permissionDenied(`The role ${role} may not call ${request.method} ${loggedPath(request)}.`);
  }
}
