import type { Caller, ModelAccess, ModelAllowList } from '../../request/caller.ts';
import { type MatchableNames, matchIn } from '../names/allow-list.ts';
import type { Target } from '../types/model.ts';
import { type AccessRefusal, residencyDenied, THIS_KEY } from '../access/access-refusal.ts';
import type { CatalogStates, ModelStanding } from './catalog-states.ts';
import { shortenedName } from '../access/model-name-errors.ts';
import type { ModelLookup } from './model-lookup.ts';
import { type NamedModel, THINKING_SUFFIX } from './model-names.ts';
import type { TargetResidency } from '../access/residency.ts';
import type { TeamProfiles } from './team-profiles.ts';

const OWN_LIST: AccessRefusal = { reason: 'list', owner: THIS_KEY };

/** What decides about a model: its names, the catalog, the rules of places and the time. */
interface PermissionSources {
  readonly lookup: ModelLookup;
  readonly states: CatalogStates;
  readonly residency: TargetResidency;
  readonly profiles: TeamProfiles;
  readonly clock: () => Date;
}

/** Which callers may use a model, by their lists, the catalog and their data policy. */
export class ModelPermissions {
  private readonly lookup: ModelLookup;
  private readonly states: CatalogStates;
  private readonly residency: TargetResidency;
  private readonly profiles: TeamProfiles;
  private readonly clock: () => Date;

  constructor({ lookup, states, residency, profiles, clock }: PermissionSources) {
    this.lookup = lookup;
    this.states = states;
    this.residency = residency;
    this.profiles = profiles;
    this.clock = clock;
  }

  /**
   * Returns why a caller may not use the model that answers; undefined if it may. Callers without `access` keep the rule of
   * file keys: their list may also name the requested model if a successor answers.
   */
  refusalOf(
    caller: Caller | undefined,
    named: NamedModel,
    answering: NamedModel | undefined,
  ): AccessRefusal | undefined {
    const model = answering ?? named;
    const standing = this.standingOf(model);
    if (caller?.access === undefined) {
      if (!this.lookup.isAllowed(caller, named, answering)) return OWN_LIST;
      if (standing === undefined) return undefined;
    }
    const match = listsMatch(caller, matchableNames(named, model));
    // The own list of a caller without access has been checked above.
    if (match.refusing !== undefined && caller?.access !== undefined) return { reason: 'list', owner: match.refusing };
    if (standing === undefined) return undefined;
    const isNamed = this.states.enforce ? match.exact === 'all' : match.exact !== 'none';
    const requestedBlocked = model === named ? undefined : this.blocked(named, this.states.of(named));
    return requestedBlocked ?? this.blocked(model, standing) ?? this.outsideCatalog(standing, isNamed, caller);
  }

  /** Returns true if a caller may use a model and one of its targets. */
  isUsable(caller: Caller | undefined, named: NamedModel, answering: NamedModel): boolean {
    if (this.refusalOf(caller, named, answering) !== undefined) return false;
    const access = caller?.access;
    if (access === undefined || access.residency.length === 0) return true;
    return this.allowedTargets(access, this.targetsOf(caller, named, answering)).length > 0;
  }

  /** Returns the targets of a model that a caller may use. Throws GatewayError 403 `residency_denied` if none is left. */
  targetsFor(caller: Caller | undefined, named: NamedModel, answering: NamedModel): readonly Target[] {
    const targets = this.targetsOf(caller, named, answering);
    const access = caller?.access;
    if (access === undefined) return targets;
    const allowed = this.allowedTargets(access, targets);
    if (allowed.length > 0) return allowed;
    const candidates = targets.flatMap((target) => [target, ...this.lookup.routes.alternativesOf(target)]);
    const rule = this.residency.rejectingRule(access, candidates);
    if (rule === undefined) return targets;
    throw residencyDenied(rule, `the model \`${shortenedName(named.name)}\``, 'model');
  }

  /** Returns what the catalog states about the model that answers; undefined without a catalog. */
  standingOf(answering: NamedModel): ModelStanding | undefined {
    return this.states.isActive ? this.states.of(answering) : undefined;
  }

  private allowedTargets(access: ModelAccess, targets: readonly Target[]): readonly Target[] {
    return this.residency.allowed(access, targets, (target) => this.lookup.routes.alternativesOf(target));
  }

  private targetsOf(caller: Caller | undefined, named: NamedModel, answering: NamedModel): readonly Target[] {
    const targets = this.lookup.routes.targetsOf(answering, named.target?.region);
    const profiles = caller?.attribution?.profiles;
    return profiles === undefined ? targets : this.profiles.applied(profiles, answering, targets);
  }

  private blocked(model: NamedModel, { state, entry, endsAt }: ModelStanding): AccessRefusal | undefined {
    if (entry === undefined) return undefined;
    const isOver = endsAt !== Infinity && this.clock().getTime() >= endsAt;
    return state === 'blocked' || isOver ? { reason: 'blocked', model, entry } : undefined;
  }

  private outsideCatalog(
    { state, teams }: ModelStanding,
    isNamedExactly: boolean,
    caller: Caller | undefined,
  ): AccessRefusal | undefined {
    if (state === undefined) return this.states.enforce ? { reason: 'uncataloged' } : undefined;
    const team = caller?.team?.name;
    if (teams.some((allowed) => team === undefined || !allowed.includes(team))) return { reason: 'teams' };
    return state === 'preview' && !isNamedExactly ? { reason: 'preview' } : undefined;
  }
}

/** How the lists of a caller allow a model. */
interface ListsMatch {
  /** Owner of the first list that does not allow the model. Absent if all do. */
  readonly refusing?: string;
  /** Whether lists name the model without a pattern. `none` also if the caller has no list. */
  readonly exact: 'all' | 'some' | 'none';
}

/** Compares the names of a model with all lists of a caller, beginning with its own. */
function listsMatch(caller: Caller | undefined, names: MatchableNames): ListsMatch {
  const further = caller?.access?.lists ?? [];
  const own = caller?.models;
  const lists: readonly ModelAllowList[] = own === undefined ? further : [{ owner: THIS_KEY, models: own }, ...further];
  let exact = 0;
  for (const { owner, models } of lists) {
    const match = matchIn(models, names);
    if (match === undefined) return { refusing: owner, exact: 'none' };
    if (match === 'exact') exact += 1;
  }
  return { exact: exact === 0 ? 'none' : exact === lists.length ? 'all' : 'some' };
}

/**
 * Returns the names by which a list can allow the model that answers. `named`: the model of the request. Its name counts
 * only if it answers itself. An alias of the settings counts only if an entry equals it, because a pattern such as
 * `claude-*` states what answers, and an alias can refer to any model.
 */
function matchableNames(named: NamedModel, answering: NamedModel): MatchableNames {
  const { name, card, target, isId, isOnlyItself, isCustom } = answering;
  // A model that the table lacks has no name that patterns could match.
  const isNameless = isOnlyItself === true || (isId === true && card.name === name);
  const byPattern = isNameless ? [] : [card.name, ...card.aliases];
  const ids = isId ? [name] : (isOnlyItself || isCustom) && target !== undefined ? [target.modelId] : [];
  const exact = isId ? [...byPattern, ...ids] : [name, ...byPattern, ...ids];
  if (!named.thinkingByName && !answering.thinkingByName) return { exact, byPattern, ids };
  return { exact: withThinking(exact), byPattern: withThinking(byPattern), ids: withThinking(ids) };
}

function withThinking(names: readonly string[]): string[] {
  return [...names, ...names.map((name) => `${name}${THINKING_SUFFIX}`)];
}
