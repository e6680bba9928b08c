import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { keyDigest } from '../../config/settings/api-key.ts';
import { ApiKeyService } from '../api-key.service.ts';
import { GovernanceService } from '../governance.service.ts';
import { principalDisabled, invalidToken } from '../tokens/token-errors.ts';
import { TokenVerifier } from '../tokens/token-verifier.service.ts';
import type { VerifiedToken } from '../tokens/verified-token.ts';
import { type Administrator, secretDigest } from './administrator.ts';
import { PrincipalRoles } from './principal-roles.ts';

/** The administrator of a token. */
export interface TokenAdministrator {
  readonly administrator: Administrator;
  /** True for the first call with the token. */
  readonly isSignIn: boolean;
}

/** Finds the administrator of an admin key or of a token. */
@Injectable()
export class AdminAuthenticator {
  private readonly signedIn = new WeakSet<VerifiedToken>();

  constructor(
    private readonly config: GatewayConfig,
    private readonly keys: ApiKeyService,
    private readonly tokens: TokenVerifier,
    private readonly governance: GovernanceService,
    private readonly roles: PrincipalRoles,
  ) {}

  /** Returns true if a secret is to be verified as a token. */
  acceptsToken(secret: string): boolean {
    return this.tokens.accepts(secret);
  }

  /**
   * Returns the administrator of a token: the role of its groups, or the assigned one with more rights. `team` selects one of
   * several teams of a team admin. Rejects with the errors of `TokenVerifier.verify`, and 403 `principal_disabled`.
   */
  async findByToken(text: string, address: string, team: string | undefined): Promise<TokenAdministrator> {
    const token = await this.tokens.verify(text, address);
    const { principalId } = token;
    if (this.keys.isRevoked({ name: principalId, id: principalId, principal: principalId })) {
      throw invalidToken('claims', 'its principal is in auth.revoked.');
    }
    if (this.governance.snapshot?.principal(principalId)?.document.state === 'disabled') {
      throw principalDisabled(principalId);
    }
    const { role, teams, failure } = await this.roles.grantsOf(token);
    const administered = team === undefined ? teams[0] : teams.find((name) => name === team);
    const actor = { kind: 'principal' as const, id: principalId };
    const administrator: Administrator = {
      actor,
      role,
      principal: principalId,
      ...(role === 'team-admin' && administered !== undefined && { team: administered }),
      ...(failure && { failure }),
    };
    return { administrator, isSignIn: this.isSignIn(token) };
  }

  /** Returns true for the first call with a token that is in the cache of verified tokens. */
  private isSignIn(token: VerifiedToken): boolean {
    if (this.signedIn.has(token)) return false;
    this.signedIn.add(token);
    return true;
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
