import { type ApiKeyTable, lineName } from '../../config/keys/api-key-table.ts';
import type { GatewayError } from '../../errors/errors.ts';
import { accessError, exactness, successorNotExact } from '../access/access-refusal.ts';
import { CatalogStates } from './catalog-states.ts';
import { missingModel } from './default-model.ts';
import { ModelListings } from './model-listings.ts';
import { type CatalogSources, ModelLookup } from './model-lookup.ts';
import { retiredModel, shortenedName } from '../access/model-name-errors.ts';
import type { NamedModel } from './model-names.ts';
import { ModelPermissions } from './model-permissions.ts';
import { TargetResidency } from '../access/residency.ts';
import { TeamProfiles } from './team-profiles.ts';
import type { Route } from '../types/model.ts';
import type { Caller } from '../../request/caller.ts';

/**
 * The models of the gateway: their names, the keys that may use them, and their targets. Immutable: changes create a
 * new catalog.
 */
export class ModelCatalog {
  readonly sources: CatalogSources;
  readonly listings: ModelListings;
  /** The states of models in the catalog of the company. */
  readonly states: CatalogStates;
  readonly lookup: ModelLookup;
  readonly permissions: ModelPermissions;

  /** Throws if the settings name models that do not exist. */
  constructor(sources: CatalogSources, clock: () => Date) {
    const { models, bedrock, auth } = sources.config;
    this.sources = sources;
    this.lookup = new ModelLookup(sources, clock);
    this.states = new CatalogStates({
      entries: sources.catalogEntries ?? [],
      names: this.lookup.names,
      account: sources.account,
      enforce: sources.config.catalog.enforce,
    });
    const residency = new TargetResidency(bedrock, sources.account?.id);
    const profiles = new TeamProfiles(bedrock, sources.account);
    this.permissions = new ModelPermissions({ lookup: this.lookup, states: this.states, residency, profiles, clock });
    this.listings = new ModelListings(this, models.listRetired, clock);
    for (const [index, { model }] of bedrock.quotas.limits.entries()) {
      this.checkQuota(model, `bedrock.quotas.limits[${index}].model`);
    }
    for (const [index, key] of auth.keys.entries()) {
      for (const [at, entry] of (key.models ?? []).entries())
        this.checkEntry(entry, () => `auth.keys[${index}].models[${at}]`);
    }
    if (auth.fileKeys !== undefined) this.checkFileKeys(auth.fileKeys);
  }

  /**
   * Returns the route for a model name, with the targets and fallback models that the caller may use. Without a name,
   * `models.default` applies. Throws GatewayError 404 `model_not_found` for unknown and retired names, and 400 if there is
   * neither a name nor a default. Throws 403 `permission_denied` for models that a list of the caller does not allow,
   * `model_blocked` for models that the catalog blocks, and `residency_denied` if the data policy allows no target.
   */
  resolve(name: string | null | undefined, caller?: Caller): Route {
    const requested = name ?? undefined;
    const named = this.namedBy(requested, caller);
    const answering = this.lookup.answering(named, caller);
    const refusal = this.permissions.refusalOf(caller, named, answering);
    if (refusal !== undefined) throw accessError(refusal, { requested, named, answering });
    if (answering === undefined) throw this.retired(named, caller);
    const deprecation = this.permissions.standingOf(answering)?.deprecation;
    const route: Route = {
      requested: requested ?? this.sources.config.models.default,
      model: answering.card,
      targets: this.permissions.targetsFor(caller, named, answering),
      thinkingByName: named.thinkingByName || answering.thinkingByName,
      redirectedFrom: answering === named ? undefined : named.card,
      ...(named.longContext && { longContext: true }),
      ...(deprecation && { deprecation }),
    };
    if (caller?.access?.exactModel !== undefined) return route;
    const fallbacks = this.lookup.routes.fallbacksOf(answering);
    if (fallbacks.length === 0) return route;
    const allowed = this.fallbackRoutes(fallbacks, route, caller);
    return allowed.length === 0 ? route : { ...route, fallbacks: allowed };
  }

  /** Returns the model of a request. Throws GatewayError 404 for an unknown name, 400 if there is no default. */
  private namedBy(requested: string | undefined, caller: Caller | undefined): NamedModel {
    const owner = caller?.access?.exactModel;
    const found = requested === undefined ? undefined : this.lookup.find(requested);
    if (found !== undefined) return found;
    const byDefault = requested === undefined ? this.lookup.defaultModel : this.lookup.defaultFor(requested);
    if (byDefault !== undefined && owner === undefined) return byDefault;
    if (requested !== undefined) throw this.listings.notFound(requested, caller);
    throw missingModel(owner === undefined ? undefined : exactness(owner));
  }

  private retired(named: NamedModel, caller: Caller | undefined): GatewayError {
    const owner = caller?.access?.exactModel;
    const hasSuccessor = owner !== undefined && this.lookup.answering(named) !== undefined;
    return hasSuccessor ? successorNotExact(named, owner) : retiredModel(named);
  }

  /** Returns the routes of the fallback models that the caller may use. */
  private fallbackRoutes(
    fallbacks: readonly NamedModel[],
    { requested, thinkingByName, longContext }: Route,
    caller: Caller | undefined,
  ): Route[] {
    return fallbacks.flatMap((fallback) => {
      const answering = this.lookup.answering(fallback, caller);
      if (answering === undefined || !this.permissions.isUsable(caller, fallback, answering)) return [];
      const { card } = answering;
      const deprecation = this.permissions.standingOf(answering)?.deprecation;
      return [
        {
          requested,
          model: card,
          targets: this.permissions.targetsFor(caller, fallback, answering),
          thinkingByName: fallback.thinkingByName || (thinkingByName && card.rules.thinking !== null),
          ...(longContext && { longContext }),
          ...(deprecation && { deprecation }),
        },
      ];
    });
  }

  /** Throws if `models.default` is retired and no successor answers. */
  checkDefault(): void {
    const { defaultModel } = this.lookup;
    if (defaultModel === undefined || this.lookup.answering(defaultModel) !== undefined) return;
    throw new Error(`models.default: ${retiredModel(defaultModel).message} "none" leaves requests without a default.`);
  }

  /** Returns true if the text is accepted as a model name, regardless of the caller's key. */
  acceptsName(name: string): boolean {
    return this.lookup.find(name) !== undefined;
  }

  /** Checks each list of models once, however many keys have it. */
  private checkFileKeys(keys: ApiKeyTable): void {
    const checked = new Set<readonly string[] | undefined>();
    for (const settings of keys.distinctSettings) {
      const { models } = settings;
      if (models === undefined || checked.has(models)) continue;
      checked.add(models);
      for (const entry of models) this.checkEntry(entry, () => `${lineName(keys.firstLineWith(settings))}, models`);
    }
  }

  /** Throws if an entry of a key's list is an id that `models.allowBedrockIds` rejects, because the key could never use it. */
  private checkEntry(entry: string, path: () => string): void {
    if (entry.includes('*') || this.lookup.names.byName(entry) !== undefined) return;
    const conflict = this.lookup.conflictOf(entry);
    if (conflict !== undefined) throw new Error(`${path()}: "${shortenedName(entry)}" ${conflict}`);
  }

  /** Throws if a quota does not name a model by its own name, id or alias: quotas belong to models. */
  private checkQuota(model: string, path: string): void {
    if (model === '*') return;
    const card = (this.lookup.names.byName(model) ?? this.lookup.names.byId(model))?.card;
    if (card === undefined) throw new Error(`${path}: the model "${model}" does not exist`);
    if (model === card.name || model === card.id || card.aliases.includes(model)) return;
    throw new Error(`${path}: "${model}" refers to ${card.name}, which the quota belongs to; use that name`);
  }
}
