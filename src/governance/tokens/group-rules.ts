import type { GroupRuleConfig } from '../../config/gateway-config.ts';
import { compileGroupPattern } from '../../config/settings/group-pattern.ts';

export type GroupRole = GroupRuleConfig['role'];

/** Roles, those with more rights first. */
const ROLES_BY_RIGHTS: readonly GroupRole[] = ['admin', 'auditor', 'team-admin', 'member'];

/** What the groups of a caller give. */
export interface GroupGrants {
  /** Names of teams, each once, in the order of the groups. A team may not exist. */
  readonly teams: readonly string[];
  /** Role with the most rights. */
  readonly role: GroupRole;
  /** Teams of which the caller is a team admin. */
  readonly administeredTeams: readonly string[];
}

interface CompiledRule {
  readonly pattern: RegExp;
  readonly team: string | undefined;
  readonly role: GroupRole;
}

/** The compiled rules of `auth.groups`. */
export class GroupRules {
  private readonly rules: readonly CompiledRule[];

  constructor(rules: readonly GroupRuleConfig[]) {
    this.rules = rules.map(({ match, team, role }) => ({ pattern: compileGroupPattern(match), team, role }));
  }

  /** Returns the teams and the role of a caller. Each group takes the first rule that matches it. */
  grantsOf(groups: readonly string[], claimedRole: string | undefined): GroupGrants {
    const teams = new Set<string>();
    const administered = new Set<string>();
    const roles = new Set<string | undefined>([claimedRole]);
    for (const group of groups) {
      const granted = this.grantOf(group);
      if (granted === undefined) continue;
      roles.add(granted.role);
      if (granted.team === undefined) continue;
      teams.add(granted.team);
      if (granted.role === 'team-admin') administered.add(granted.team);
    }
    return {
      teams: [...teams],
      role: ROLES_BY_RIGHTS.find((role) => roles.has(role)) ?? 'member',
      administeredTeams: [...administered],
    };
  }

  private grantOf(group: string): { team?: string; role: GroupRole } | undefined {
    for (const { pattern, team, role } of this.rules) {
      const match = pattern.exec(group);
      if (match === null) continue;
      return { team: team?.replaceAll(/\$([1-9])/g, (_, digit: string) => match[Number(digit)] ?? ''), role };
    }
    return undefined;
  }
}
