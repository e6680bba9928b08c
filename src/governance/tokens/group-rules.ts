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

/** What a token states about groups. Two issuers may use the same name for different groups. */
interface ClaimedGroups {
  readonly issuer: string;
  readonly groups: readonly string[];
  /** Role in a claim of the token. */
  readonly claimedRole?: string;
}

interface CompiledRule {
  readonly pattern: RegExp;
  readonly issuer: string | undefined;
  readonly team: string | undefined;
  readonly role: GroupRole;
}

/** The compiled rules of `auth.groups`. */
export class GroupRules {
  private readonly rules: readonly CompiledRule[];

  constructor(rules: readonly GroupRuleConfig[]) {
    this.rules = rules.map(({ match, ...rule }) => ({
      pattern: compileGroupPattern(match),
      issuer: rule.issuer,
      team: rule.team,
      role: rule.role,
    }));
  }

  /** Returns the teams and the role of a caller. Each group takes the first rule of its issuer that matches it. */
  grantsOf({ groups, claimedRole, issuer }: ClaimedGroups): GroupGrants {
    const rules = this.rules.filter((rule) => rule.issuer === undefined || rule.issuer === issuer);
    const teams = new Set<string>();
    const administered = new Set<string>();
    const roles = new Set<string | undefined>([claimedRole]);
    for (const group of groups) {
      const granted = grantOf(group, rules);
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
}

function grantOf(group: string, rules: readonly CompiledRule[]): { team?: string; role: GroupRole } | undefined {
  for (const { pattern, team, role } of rules) {
    const match = pattern.exec(group);
    if (match === null) continue;
    return { team: team?.replaceAll(/\$([1-9])/g, (_, digit: string) => match[Number(digit)] ?? ''), role };
  }
  return undefined;
}
