import type {
  CallerGroup,
  ModelAccess,
  ModelAllowList,
  RequiredGuardrail,
  ResidencyRule,
  TeamAttribution,
} from '../../request/caller.ts';
import type { DataPolicyDocument, TeamGuardrailDocument } from '../documents/shared-documents.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';

/** Why the rules of a caller do not hold. */
export type RulesRefusal =
  | 'unknown_team'
  | 'nested_team'
  | 'unknown_application'
  | 'application_of_other_team'
  | 'principal_disabled';

/** Names of the team and the application, and id of the principal, whose rules a caller has. */
export interface RulesOwners {
  readonly team?: string;
  readonly application?: string;
  readonly principal?: string;
}

/** The rules of a team with its parent, an application and a principal. One object for all callers with the same ones. */
export interface CallerRules {
  /** Absent if no rule restricts the caller. */
  readonly access?: ModelAccess;
  readonly team?: CallerGroup;
  readonly parent?: CallerGroup;
  readonly application?: CallerGroup;
  readonly principal?: string;
  readonly costCenter?: string;
  readonly attribution?: TeamAttribution;
  /** Set if a team or application does not exist, or the principal is disabled. Requests must be rejected. */
  readonly refusal?: RulesRefusal;
  /** True after a change of the team, parent, application or principal. Callers with these rules must be built again. */
  isStale: boolean;
}

/** The records from which rules are built. */
export interface RulesSources {
  readonly team?: GovernanceRecord<'Team'>;
  readonly parent?: GovernanceRecord<'Team'>;
  readonly application?: GovernanceRecord<'Application'>;
  readonly principal?: GovernanceRecord<'Principal'>;
}

/** Returns the access that the records allow; undefined if none of them restricts it. Frozen. */
export function buildAccess(sources: RulesSources, share: (models: readonly string[]) => readonly string[]) {
  const { team, parent, application, principal } = sources;
  const groups = [application, team, parent].filter((group) => group !== undefined);
  const owners = groups.map((group) => ({ owner: ownerText(group), document: group.document }));
  const lists = [
    ...(principal === undefined ? [] : [{ owner: 'this principal', document: principal.document }]),
    ...owners,
  ].flatMap(({ owner, document }): ModelAllowList[] => {
    const { models } = document;
    return models === undefined ? [] : [Object.freeze({ owner, models: share(models) })];
  });
  const residency = owners.flatMap(({ owner, document }) => residencyOf(owner, document.dataPolicy));
  const exactModel = owners.find(({ document }) => document.modelChange === 'exact')?.owner;
  const guardrail = guardrailOf(team) ?? guardrailOf(parent);
  if (lists.length + residency.length === 0 && exactModel === undefined && guardrail === undefined) return undefined;
  return Object.freeze({
    lists: Object.freeze(lists),
    residency: Object.freeze(residency),
    ...(exactModel !== undefined && { exactModel }),
    ...(guardrail && { guardrail }),
  }) satisfies ModelAccess;
}

/** Returns an access with one more list, such as that of a token. */
export function withModelList(access: ModelAccess | undefined, list: ModelAllowList): ModelAccess {
  const { lists = [], residency = [] } = access ?? {};
  return Object.freeze({ ...access, residency, lists: Object.freeze([...lists, Object.freeze(list)]) });
}

/** Returns the cost center of the application, else of the team, else of its parent. */
export function costCenterOf({ application, team, parent }: RulesSources): string | undefined {
  return application?.document.costCenter ?? team?.document.costCenter ?? parent?.document.costCenter;
}

/** Returns the role, tags and profiles of the team. Values of the team replace those of its parent. */
export function attributionOf({ team, parent }: RulesSources): TeamAttribution | undefined {
  const documents = [parent?.document.aws, team?.document.aws].filter((aws) => aws !== undefined);
  if (documents.length === 0) return undefined;
  const roleArn = documents.findLast((aws) => aws.roleArn !== undefined)?.roleArn;
  const sessionTags: Record<string, string> = {};
  const profiles: Record<string, string> = {};
  for (const aws of documents) {
    Object.assign(sessionTags, aws.sessionTags);
    Object.assign(profiles, aws.profileOverrides);
  }
  return Object.freeze({
    ...(roleArn !== undefined && { roleArn }),
    ...(Object.keys(sessionTags).length > 0 && { sessionTags: Object.freeze(sessionTags) }),
    ...(Object.keys(profiles).length > 0 && { profiles: Object.freeze(profiles) }),
    key: JSON.stringify([roleArn ?? '', Object.entries(sessionTags)]),
  });
}

/** Returns the identity of a group for log lines and limits. */
export function callerGroup({ id, name }: GovernanceRecord<'Team'> | GovernanceRecord<'Application'>): CallerGroup {
  return Object.freeze({ id, name });
}

function ownerText({ kind, name }: GovernanceRecord<'Team'> | GovernanceRecord<'Application'>): string {
  return kind === 'Team' ? `team '${name}'` : `application '${name}'`;
}

function residencyOf(owner: string, policy: DataPolicyDocument | undefined): ResidencyRule[] {
  if (policy === undefined) return [];
  const { geographies, profiles, accounts } = policy;
  if (geographies === undefined && profiles === undefined && accounts === undefined) return [];
  return [
    Object.freeze({
      owner,
      ...(geographies && { geographies: Object.freeze([...geographies]) }),
      ...(profiles && { profiles: Object.freeze([...profiles]) }),
      ...(accounts && { accounts: Object.freeze([...accounts]) }),
    }),
  ];
}

function guardrailOf(team: GovernanceRecord<'Team'> | undefined): RequiredGuardrail | undefined {
  const guardrail: TeamGuardrailDocument | undefined = team?.document.guardrail;
  if (team === undefined || guardrail === undefined) return undefined;
  return Object.freeze({ owner: ownerText(team), id: guardrail.id, version: guardrail.version });
}
