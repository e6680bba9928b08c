import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { keyDigest } from '../../config/settings/api-key.ts';
import { ApiKeyService } from '../api-key.service.ts';
import { GovernanceService } from '../governance.service.ts';
import { GovernanceRepository } from '../repository/governance.repository.ts';
import { principalDisabled, invalidToken } from '../tokens/token-errors.ts';
import { TokenVerifier } from '../tokens/token-verifier.service.ts';
import type { VerifiedToken } from '../tokens/verified-token.ts';
import { ADMIN_ROLES, type Administrator, secretDigest } from './administrator.ts';

/** Finds the administrator of an admin key or of a token. */
@Injectable()
export class AdminAuthenticator {
  constructor(
    private readonly config: GatewayConfig,
    private readonly keys: ApiKeyService,
    private readonly tokens: TokenVerifier,
    private readonly governance: GovernanceService,
    private readonly repository: GovernanceRepository,
  ) {}

  /** Returns true if a secret is to be verified as a token. */
  acceptsToken(secret: string): boolean {
    return this.tokens.accepts(secret);
  }

  /**
   * Returns the administrator of a token: the role of its groups, or the assigned one with more rights. `team` selects one of
   * several teams of a team admin. Rejects with the errors of `TokenVerifier.verify`, and 403 `principal_disabled`.
   */
  async findByToken(text: string, address: string, team: string | undefined): Promise<Administrator> {
    const token = await this.tokens.verify(text, address);
    const { principalId } = token;
    if (this.keys.isRevoked({ name: principalId, id: principalId, principal: principalId })) {
      throw invalidToken('claims', 'its principal is in auth.revoked.');
    }
    if (this.governance.snapshot?.principal(principalId)?.document.state === 'disabled') {
      throw principalDisabled(principalId);
    }
    return this.administratorOf(token, team);
  }

  private async administratorOf(token: VerifiedToken, chosen: string | undefined): Promise<Administrator> {
    const { principalId } = token;
    const assigned = this.repository.isConfigured ? await this.repository.roles(principalId) : [];
    const names = new Set<string>([token.role, ...assigned.map(({ role }) => role)]);
    const role = ADMIN_ROLES.find((each) => names.has(each)) ?? 'member';
    const assignedTeams = assigned.flatMap(({ teamId }) => this.governance.snapshot?.team(teamId)?.name ?? []);
    const teams = [...token.administeredTeams, ...assignedTeams];
    const team = chosen === undefined ? teams[0] : teams.find((name) => name === chosen);
    const actor = { kind: 'principal' as const, id: principalId };
    return { actor, role, principal: principalId, ...(role === 'team-admin' && team !== undefined && { team }) };
  }

  /** Returns the administrator; undefined for any other secret. Compares every hash, so the time does not depend on the secret. */
  findByKey(secret: string): Administrator | undefined {
    const digest = secretDigest(secret);
    let found: Administrator | undefined;
    for (const { name, hash, role, team } of this.config.admin.keys) {
      if (!timingSafeEqual(keyDigest(hash), digest)) continue;
      found = { actor: { kind: 'admin-key', id: name }, role, ...(team !== undefined && { team }) };
    }
    return found;
  }
}
