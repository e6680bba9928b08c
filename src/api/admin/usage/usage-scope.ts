import { Injectable } from '@nestjs/common';
import { badRequest, type GatewayError, permissionDenied } from '../../../errors/errors.ts';
import type { Administrator } from '../../../governance/administration/administrator.ts';
import { AdministrationService } from '../../../governance/administration/administration.service.ts';
import type { EntityKind } from '../../../governance/documents/entity-kind.ts';
import type { GovernanceRecord } from '../../../governance/documents/governance-record.ts';
import { filterNames, type UsageDimension, type UsageFilters } from '../../../ledger/usage/usage-query.ts';
import { GovernedNames } from '../requests/governed-names.ts';

/** Keys or applications of a team in one query. */
const MAX_MEMBERS = 5_000;
/** What a team-admin may group by: all sums that have a team. */
const OF_TEAM: readonly UsageDimension[] = ['team', 'application', 'key', 'model'];
const OF_MEMBER: readonly UsageDimension[] = ['key', 'principal', 'model'];

/** The part of a query that a scope limits. */
export interface ScopedUsage {
  readonly by?: UsageDimension;
  readonly filters: UsageFilters;
}

/**
 * Limits usage to what a caller may see, and replaces names by ids. A team-admin sees the team, a member its own requests and
 * keys.
 */
@Injectable()
export class UsageScope {
  constructor(
    private readonly administration: AdministrationService,
    private readonly names: GovernedNames,
  ) {}

  /** Returns the filters. Throws GatewayError 403 or 400, which names the parameter. */
  filtersFor(administrator: Administrator, { by, filters }: ScopedUsage): UsageFilters {
    const chosen = this.withIds(filters);
    switch (administrator.role) {
      case 'admin':
      case 'auditor':
        return this.withMembersOf(by, chosen);
      case 'team-admin':
        return this.ofTeam(administrator, { by, filters: chosen });
      case 'member':
        return this.ofMember(administrator, { by, filters: chosen });
      default:
        return administrator.role satisfies never;
    }
  }

  private ofTeam({ team: name }: Administrator, { by, filters }: ScopedUsage): UsageFilters {
    checkAllowed('team-admin', OF_TEAM, { by, filters });
    const team = name === undefined ? undefined : this.administration.governance.snapshot?.team(name)?.id;
    if (team === undefined) throw permissionDenied('The role team-admin has no team, so it sees no usage.');
    if (filters.team !== undefined && filters.team[0] !== team) {
      throw permissionDenied(`The role team-admin sees the usage of the team '${name}' only.`, 'team');
    }
    const ofTeam = { ...filters, team: [team] };
    for (const owner of ['application', 'key'] as const) {
      const asked = filters[owner];
      if (asked === undefined) continue;
      const own = this.membersOf(owner, { team: [team] });
      if (!own.includes(asked[0]!)) throw notOfTeam(owner, name!);
      const { team: _team, ...others } = ofTeam;
      return others;
    }
    return this.withMembersOf(by, ofTeam);
  }

  private ofMember({ principal }: Administrator, { by, filters }: ScopedUsage): UsageFilters {
    checkAllowed('member', OF_MEMBER, { by, filters });
    if (principal === undefined) throw permissionDenied('The role member needs a token of a principal.');
    if (filters.principal !== undefined && filters.principal[0] !== principal) {
      throw permissionDenied('The role member sees only its own usage.', 'principal');
    }
    const isOwn = ({ document }: GovernanceRecord<'Key'>): boolean => document.owner === principal;
    if (filters.key !== undefined) {
      if (!this.ids('Key', isOwn).includes(filters.key[0]!)) {
        throw permissionDenied('The role member sees only the usage of keys that it owns.', 'key');
      }
      return filters;
    }
    return by === 'key' ? { ...filters, key: this.ids('Key', isOwn) } : { ...filters, principal: [principal] };
  }

  /** Replaces a team or an application by its present applications or keys, where sums have no team. */
  private withMembersOf(by: UsageDimension | undefined, filters: UsageFilters): UsageFilters {
    if (by !== 'application' && by !== 'key') return filters;
    const { application, team, ...others } = filters;
    const isOwner = by === 'key' && application !== undefined;
    if (filters[by] !== undefined || (team === undefined && !isOwner)) return filters;
    const members = this.membersOf(by, { team, ...(isOwner && { application }) });
    return { ...others, [by]: members };
  }

  private membersOf(
    by: 'application' | 'key',
    { application, team }: { application?: readonly string[]; team?: readonly string[] },
  ): string[] {
    const { snapshot } = this.administration.governance;
    const teamName = team && snapshot?.team(team[0]!)?.name;
    const applicationName = application && snapshot?.application(application[0]!)?.name;
    if (by === 'application') return this.ids('Application', ({ document }) => document.team === teamName);
    return this.ids('Key', (record) => {
      const { document } = this.administration.withTeam(record) as GovernanceRecord<'Key'>;
      return (
        (team === undefined || document.team === teamName) &&
        (application === undefined || document.application === applicationName)
      );
    });
  }

  private ids<Kind extends EntityKind>(kind: Kind, accepts: (record: GovernanceRecord<Kind>) => boolean): string[] {
    const ids: string[] = [];
    for (const record of this.administration.governance.snapshot?.records(kind) ?? []) {
      if (accepts(record)) ids.push(record.id);
      if (ids.length > MAX_MEMBERS) {
        throw badRequest(
          `More than ${MAX_MEMBERS} objects of the kind ${kind} belong to it. Set ${kind.toLowerCase()}.`,
          kind.toLowerCase(),
          'invalid_value',
        );
      }
    }
    return ids;
  }

  /** Returns the id of a team, application or key that is given by its name or id. Other texts stay as they are. */
  private idOf(name: UsageDimension, text: string): string {
    if (name === 'team') return this.names.teamId(text);
    if (name === 'key') return this.names.keyId(text);
    const found = name === 'application' && this.administration.governance.snapshot?.application(text);
    return found ? found.id : text;
  }

  private withIds(filters: UsageFilters): UsageFilters {
    return Object.fromEntries(
      filterNames(filters).map((name) => [name, filters[name]!.map((text) => this.idOf(name, text))]),
    );
  }
}

function checkAllowed(role: string, allowed: readonly UsageDimension[], { by, filters }: ScopedUsage): void {
  const other = [by, ...filterNames(filters)].find((name) => name !== undefined && !allowed.includes(name));
  if (other === undefined) return;
  const param = other === by ? 'by' : other;
  const shown = other === by ? `by=${other}` : other;
  throw permissionDenied(`The role ${role} may use ${allowed.join(', ')} in queries of usage, not ${shown}.`, param);
}

function notOfTeam(owner: UsageDimension, team: string): GatewayError {
  return permissionDenied(`The ${owner} does not belong to the team '${team}'.`, owner);
}
