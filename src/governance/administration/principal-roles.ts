import { Injectable } from '@nestjs/common';
import { DatabaseUnavailableError } from '../../database/database-unavailable-error.ts';
import { GovernanceService } from '../governance.service.ts';
import { GovernanceRepository } from '../repository/governance.repository.ts';
import type { RoleAssignment } from '../repository/principal-store.ts';
import type { VerifiedToken } from '../tokens/verified-token.ts';
import { type AdminRole, ADMIN_ROLES } from './administrator.ts';

/** The role of a principal at the admin API. */
export interface PrincipalGrants {
  readonly role: AdminRole;
  /** Names of the teams that a team admin administers. */
  readonly teams: readonly string[];
  /** Set if the database was not available, so that roles may be missing that an administrator has assigned. */
  readonly failure?: DatabaseUnavailableError;
}

/** Finds the roles of principals: those of groups and tokens, and those that an administrator has assigned. */
@Injectable()
export class PrincipalRoles {
  constructor(
    private readonly repository: GovernanceRepository,
    private readonly governance: GovernanceService,
  ) {}

  /** Returns the role with the most rights. Without the database, only groups and token count. */
  async grantsOf(token: VerifiedToken): Promise<PrincipalGrants> {
    // No assigned role has more rights.
    if (token.role === 'admin' || !this.repository.isConfigured) return this.grants(token, []);
    try {
      return this.grants(token, await this.repository.roles(token.principalId));
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError)) throw error;
      return { ...this.grants(token, []), failure: error };
    }
  }

  private grants(token: VerifiedToken, assigned: readonly RoleAssignment[]): PrincipalGrants {
    const names = new Set<string>([token.role, ...assigned.map(({ role }) => role)]);
    const role = ADMIN_ROLES.find((each) => names.has(each)) ?? 'member';
    const assignedTeams = assigned.flatMap(({ teamId }) => this.governance.snapshot?.team(teamId)?.name ?? []);
    return { role, teams: [...token.administeredTeams, ...assignedTeams] };
  }
}
