import { LRUCache } from 'lru-cache';
import {
  attributionOf,
  buildAccess,
  callerGroup,
  costCenterOf,
  type CallerRules,
  type RulesOwners,
  type RulesRefusal,
  type RulesSources,
} from './caller-rules.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';

/** Maximum number of remembered lists of models, and of their characters. Beyond it, equal lists are separate arrays. */
const MAX_SHARED_LISTS = 10_000;
const MAX_SHARED_LIST_CHARACTERS = 4_194_304;
/** Maximum number of remembered rules. Each principal has its own. */
const MAX_RULES = 20_000;

/** Finds active records by name or id. */
export interface RulesRecords {
  team(name: string): GovernanceRecord<'Team'> | undefined;
  application(name: string): GovernanceRecord<'Application'> | undefined;
  principal(id: string): GovernanceRecord<'Principal'> | undefined;
}

/** Rules with the keys in `dependents` that lead to them. */
interface RememberedRules {
  readonly rules: CallerRules;
  readonly dependencies: readonly string[];
}

/**
 * Builds the rules of callers once for all callers with the same team, application and principal. Forgets the rules that were
 * not used for the longest time, and marks them, because later changes do not reach them.
 */
export class RulesCache {
  private readonly records: RulesRecords;
  private readonly rules: LRUCache<string, RememberedRules>;
  /** Keys of `rules` that depend on an object, by `dependency`. */
  private readonly dependents = new Map<string, Set<string>>();
  private readonly lists = new LRUCache<string, readonly string[]>({
    max: MAX_SHARED_LISTS,
    maxSize: MAX_SHARED_LIST_CHARACTERS,
    sizeCalculation: (_list, text) => text.length + 1,
  });

  constructor(records: RulesRecords, maxRules = MAX_RULES) {
    this.records = records;
    this.rules = new LRUCache({ max: maxRules, dispose: (forgotten, key) => this.forget(forgotten, key) });
  }

  /** Number of remembered rules. */
  get size(): number {
    return this.rules.size;
  }

  /** Returns the rules. They are valid until `isStale`. */
  rulesFor(owners: RulesOwners): CallerRules {
    const key = `${owners.team ?? ''}\0${owners.application ?? ''}\0${owners.principal ?? ''}`;
    const known = this.rules.get(key);
    if (known !== undefined) return known.rules;
    const sources = this.sourcesOf(owners);
    const rules = this.build(owners, sources);
    const dependencies = dependenciesOf(owners, sources);
    this.rules.set(key, { rules, dependencies });
    for (const dependency of dependencies) this.depend(dependency, key);
    return rules;
  }

  /** Returns the same frozen array for equal lists, because compiled patterns are kept for each array. */
  readonly share = (models: readonly string[]): readonly string[] => {
    const text = JSON.stringify(models);
    const known = this.lists.get(text);
    if (known !== undefined) return known;
    const created = Object.freeze([...models]);
    this.lists.set(text, created);
    return created;
  };

  /** Marks the rules that depend on an object. */
  changed(kind: 'Team' | 'Application' | 'Principal', name: string): void {
    const keys = this.dependents.get(dependency(kind, name));
    if (keys === undefined) return;
    this.dependents.delete(dependency(kind, name));
    for (const key of keys) this.rules.delete(key);
  }

  /** Marks all rules. */
  clear(): void {
    this.dependents.clear();
    this.rules.clear();
    this.lists.clear();
  }

  private sourcesOf({ team: teamName, application: applicationName, principal: id }: RulesOwners): RulesSources {
    const application = applicationName === undefined ? undefined : this.records.application(applicationName);
    const name = teamName ?? application?.document.team;
    const team = name === undefined ? undefined : this.records.team(name);
    const parentName = team?.document.parent;
    const parent = parentName === undefined ? undefined : this.records.team(parentName);
    const principal = id === undefined ? undefined : this.records.principal(id);
    return {
      ...(team && { team }),
      ...(parent && { parent }),
      ...(application && { application }),
      ...(principal && { principal }),
    };
  }

  private build(owners: RulesOwners, sources: RulesSources): CallerRules {
    const { team, parent, application } = sources;
    const access = buildAccess(sources, this.share);
    const costCenter = costCenterOf(sources);
    const attribution = attributionOf(sources);
    const refusal = ownersRefusal(owners, sources);
    return {
      ...(access && { access }),
      ...(team && { team: callerGroup(team) }),
      ...(parent && { parent: callerGroup(parent) }),
      ...(application && { application: callerGroup(application) }),
      ...(owners.principal !== undefined && { principal: owners.principal }),
      ...(costCenter !== undefined && { costCenter }),
      ...(attribution && { attribution }),
      ...(refusal && { refusal }),
      isStale: false,
    };
  }

  private forget({ rules, dependencies }: RememberedRules, key: string): void {
    rules.isStale = true;
    for (const on of dependencies) {
      const keys = this.dependents.get(on);
      keys?.delete(key);
      if (keys?.size === 0) this.dependents.delete(on);
    }
  }

  private depend(on: string, key: string): void {
    const keys = this.dependents.get(on);
    if (keys === undefined) this.dependents.set(on, new Set([key]));
    else keys.add(key);
  }
}

function ownersRefusal(
  owners: RulesOwners,
  { team, parent, application, principal }: RulesSources,
): RulesRefusal | undefined {
  if (principal?.document.state === 'disabled') return 'principal_disabled';
  if (owners.application !== undefined && application === undefined) return 'unknown_application';
  const teamName = owners.team ?? application?.document.team;
  if (teamName !== undefined && team === undefined) return 'unknown_team';
  const refusal = team && parentRefusal(team, parent);
  if (refusal !== undefined) return refusal;
  if (application !== undefined && application.document.team !== teamName) return 'application_of_other_team';
  return undefined;
}

/** Returns a refusal if rules above a team are missing. Without them, the caller would have more access than intended. */
function parentRefusal(
  { document }: GovernanceRecord<'Team'>,
  parent: RulesSources['parent'],
): RulesRefusal | undefined {
  if (document.parent === undefined) return undefined;
  if (parent === undefined) return 'unknown_team';
  // Only separate changes of files and database create a parent with a parent.
  return parent.document.parent === undefined ? undefined : 'nested_team';
}

function dependenciesOf(owners: RulesOwners, { team, application }: RulesSources): string[] {
  const teams = [owners.team, application?.document.team, team?.document.parent].filter((name) => name !== undefined);
  return [
    ...teams.map((name) => dependency('Team', name)),
    ...(owners.application === undefined ? [] : [dependency('Application', owners.application)]),
    ...(owners.principal === undefined ? [] : [dependency('Principal', owners.principal)]),
  ];
}

function dependency(kind: 'Team' | 'Application' | 'Principal', name: string): string {
  return `${kind}\0${name}`;
}
