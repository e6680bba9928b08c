import { type ApiKeyTable, lineName } from '../../config/keys/api-key-table.ts';
import { permissionDenied } from '../../errors/errors.ts';
import { defaultNotAllowed, isNamed, missingModel } from './default-model.ts';
import { ModelListings } from './model-listings.ts';
import { type CatalogSources, ModelLookup } from './model-lookup.ts';
import { retiredModel, shortenedName } from './model-name-errors.ts';
import type { NamedModel } from './model-names.ts';
import type { Route } from '../types/model.ts';
import type { Caller } from '../../request/caller.ts';

/**
 * The models of the gateway: their names, the keys that may use them, and their targets. Immutable: changes create a
 * new catalog.
 */
export class ModelCatalog {
  readonly sources: CatalogSources;
  readonly listings: ModelListings;
  private readonly lookup: ModelLookup;

  /** Throws if the settings name models that do not exist. */
  constructor(sources: CatalogSources, clock: () => Date) {
    const { models, bedrock, auth } = sources.config;
    this.sources = sources;
    this.lookup = new ModelLookup(sources, clock);
    this.listings = new ModelListings(this.lookup, models.listRetired, clock);
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
   * Returns the route for a model name. Without a name, `models.default` applies. Throws GatewayError 404
   * `model_not_found` for unknown and retired names, 403 for models that the caller's key may not use, 400 if there is
   * neither a name nor a default.
   */
  resolve(name: string | null | undefined, caller?: Caller): Route {
    const named = isNamed(name) ? (this.lookup.find(name) ?? this.lookup.defaultFor(name)) : this.lookup.defaultModel;
    if (named === undefined) throw isNamed(name) ? this.listings.notFound(name, caller) : missingModel();
    const answering = this.lookup.answering(named);
    if (!this.lookup.isAllowed(caller, named, answering)) {
      throw isNamed(name)
        ? permissionDenied(`This API key may not use the model \`${shortenedName(name)}\`.`, 'model')
        : defaultNotAllowed(named.name);
    }
    if (answering === undefined) throw retiredModel(named);
    const route: Route = {
      requested: name ?? this.sources.config.models.default,
      model: answering.card,
      targets: this.lookup.routes.targetsOf(answering, named.target?.region),
      thinkingByName: named.thinkingByName || answering.thinkingByName,
      redirectedFrom: answering === named ? undefined : named.card,
      ...(named.longContext && { longContext: true }),
    };
    const fallbacks = this.lookup.routes.fallbacksOf(answering);
    return fallbacks.length === 0 ? route : { ...route, fallbacks: this.fallbackRoutes(fallbacks, route) };
  }

  /**
   * Returns the routes of fallback models. A key that may use a model may use its fallbacks, because the settings
   * choose them, not the client.
   */
  private fallbackRoutes(fallbacks: readonly NamedModel[], { requested, thinkingByName, longContext }: Route): Route[] {
    return fallbacks.flatMap((fallback) => {
      const answering = this.lookup.answering(fallback);
      if (answering === undefined) return [];
      const { card } = answering;
      const thinkingRequested = fallback.thinkingByName || (thinkingByName && card.rules.thinking !== null);
      const targets = this.lookup.routes.targetsOf(answering);
      return [
        { requested, model: card, targets, thinkingByName: thinkingRequested, ...(longContext && { longContext }) },
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
