import { Controller, Get, Req } from '@nestjs/common';
import { PrincipalRoles } from '../../governance/administration/principal-roles.ts';
import type { AdminRole } from '../../governance/administration/administrator.ts';
import { ApiKeyService } from '../../governance/api-key.service.ts';
import { TokenVerifier } from '../../governance/tokens/token-verifier.service.ts';
import type { VerifiedToken } from '../../governance/tokens/verified-token.ts';
import { apiKeyBesideBearerToken, readApiKey } from '../../http/auth/read-api-key.ts';
import { networkOf } from '../../http/connections/network.ts';
import type { GatewayRequest } from '../../http/context/http-request-context.ts';
import { ModelRegistryService } from '../../models/model-registry.service.ts';
import type { Caller, CallerGroup, CallerLimits } from '../../request/caller.ts';

/** What a caller may know about itself. */
export interface CallerView {
  id: string;
  name: string;
  kind: 'key' | 'principal';
  team: CallerGroup | null;
  application: CallerGroup | null;
  principal: string | null;
  /** Role at the admin API; null for an API key, which has none. */
  role: AdminRole | null;
  /** Models that the caller may use. */
  models: string[];
  limits: CallerLimits;
  /** Time after which the secret or token of the request is rejected, ISO 8601 UTC; null without one. */
  expires: string | null;
}

/** Describes the caller to itself. */
@Controller('v1/me')
export class MeController {
  constructor(
    private readonly registry: ModelRegistryService,
    private readonly keys: ApiKeyService,
    private readonly tokens: TokenVerifier,
    private readonly roles: PrincipalRoles,
  ) {}

  @Get()
  async find(@Req() request: GatewayRequest): Promise<CallerView> {
    const { caller } = request.context;
    if (caller === undefined) throw new Error('the ApiKeyGuard has not authenticated the request');
    const { id, name, team, application, principal } = caller;
    const token = principal === id ? await this.tokenOf(request, caller) : undefined;
    return {
      id,
      name,
      kind: principal === id ? 'principal' : 'key',
      team: team ?? null,
      application: application ?? null,
      principal: principal ?? null,
      role: token === undefined ? null : (await this.roles.grantsOf(token)).role,
      models: this.registry.list(caller).map((model) => model.id),
      limits: this.limitsOf(caller),
      expires: expiryText(token?.expiresAt ?? this.expiryOfKey(request, caller)),
    };
  }

  /** Returns the token of the caller. It is in the cache of verified tokens, because the guard has verified it. */
  private async tokenOf({ headers, ip }: GatewayRequest, caller: Caller): Promise<VerifiedToken | undefined> {
    for (const text of [readApiKey(headers), apiKeyBesideBearerToken(headers)]) {
      if (text === undefined || !this.tokens.accepts(text)) continue;
      const token = await this.tokens.verify(text, networkOf(ip ?? '')).catch(() => undefined);
      if (token?.principalId === caller.id) return token;
    }
    return undefined;
  }

  private expiryOfKey({ headers }: GatewayRequest, { id }: Caller): number | undefined {
    for (const secret of [readApiKey(headers), apiKeyBesideBearerToken(headers)]) {
      const found = secret === undefined ? undefined : this.keys.verify(secret);
      if (found !== undefined && 'caller' in found && found.caller.id === id) return this.keys.expiryOf(secret!);
    }
    return undefined;
  }

  /** Returns the limits of the caller's own key or principal, those of `auth.keys` included. */
  private limitsOf(caller: Caller): CallerLimits {
    const maxInFlight = this.keys.maxInFlight(caller);
    const requestsPerMinute = this.keys.requestsPerMinute(caller);
    return {
      ...caller.limits,
      ...(requestsPerMinute > 0 && { requestsPerMinute }),
      ...(maxInFlight !== undefined && maxInFlight > 0 && { maxInFlight }),
    };
  }
}

function expiryText(time: number | undefined): string | null {
  return time === undefined || !Number.isFinite(time) ? null : new Date(time).toISOString();
}
