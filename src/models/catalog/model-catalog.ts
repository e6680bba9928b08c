import type { GatewayConfig } from '../../config/gateway-config.ts';
import { regionOf } from '../../config/sections/bedrock-config.ts';
import { type GatewayError, modelNotFound, permissionDenied } from '../../errors/errors.ts';
import type { Account } from '../account/account.ts';
import { isModelAllowed, allowsId } from '../names/allow-list.ts';
import { answeringModel } from './answering-model.ts';
import { defaultModel, defaultNotAllowed, isNamed, missingModel } from './default-model.ts';
import { isRetired } from '../types/lifecycle.ts';
import { withoutLongContext } from '../names/long-context.ts';
import { ModelNames, type NamedModel, THINKING_SUFFIX } from './model-names.ts';
import { ModelRoutes } from './model-routes.ts';
import type { Model, Route } from '../types/model.ts';
import { similarNames } from '../names/similar-names.ts';
import { BedrockIdPolicy } from './bedrock-id-policy.ts';
import type { Caller } from '../../request/caller.ts';

/** An entry of `GET /v1/models`: a name and the model that answers. */
export interface ModelListing {
  id: string;
  /** The model that answers. */
  card: Model;
  /** The model that the name identifies. Differs from `card` if a successor answers. */
  requested: Model;
}

/** Settings and account data that a catalog is built from. */
export interface CatalogSources {
  config: GatewayConfig;
  /** Absent if discovery is off, or has not succeeded yet. */
  account?: Account;
}

/**
 * The models of the gateway: their names, the keys that may use them, and their targets. Immutable: changes create a
 * new catalog.
 */
export class ModelCatalog {
  readonly sources: CatalogSources;
  private readonly settings: GatewayConfig['models'];
  private readonly names: ModelNames;
  private readonly routes: ModelRoutes;
  private readonly idPolicy: BedrockIdPolicy;
  private readonly fallback: NamedModel | undefined;
  private readonly clock: () => Date;

  /** Throws if the settings name models that do not exist. */
  constructor(sources: CatalogSources, clock: () => Date) {
    const { models, bedrock, auth } = sources.config;
    this.sources = sources;
    this.clock = clock;
    this.settings = models;
    const region = regionOf(bedrock);
    const furtherRegions = bedrock.targets.flatMap((target) =>
      target.account === undefined ? (target.region ?? []) : [],
    );
    this.names = new ModelNames({ settings: models, region, furtherRegions, account: sources.account });
    this.routes = new ModelRoutes({ ...sources, region, names: this.names });
    this.idPolicy = new BedrockIdPolicy(sources.config, sources.account);
    this.fallback = defaultModel(models, this.names);
    for (const [index, { model }] of bedrock.quotas.limits.entries()) {
      this.checkQuota(model, `bedrock.quotas.limits[${index}].model`);
    }
    for (const [index, key] of auth.keys.entries()) {
      for (const [at, entry] of (key.models ?? []).entries())
        this.checkEntry(entry, `auth.keys[${index}].models[${at}]`);
    }
  }

  /**
   * Returns the route for a model name. Without a name, `models.default` applies. Throws GatewayError 404
   * `model_not_found` for unknown and retired names, 403 for models that the caller's key may not use, 400 if there is
   * neither a name nor a default.
   */
  resolve(name: string | null | undefined, caller?: Caller): Route {
    const named = isNamed(name) ? (this.lookUp(name) ?? this.fallbackFor(name)) : this.fallback;
    if (named === undefined) throw isNamed(name) ? this.notFound(name, caller) : missingModel();
    const answering = this.answering(named);
    if (!this.isAllowed(caller, named, answering)) {
      throw isNamed(name)
        ? permissionDenied(`This API key may not use the model \`${shortened(name)}\`.`, 'model')
        : defaultNotAllowed(named.name);
    }
    if (answering === undefined) throw retired(named);
    const route: Route = {
      requested: name ?? this.settings.default,
      model: answering.card,
      targets: this.routes.targetsOf(answering, named.target?.region),
      thinkingByName: named.thinkingByName || answering.thinkingByName,
      redirectedFrom: answering === named ? undefined : named.card,
      ...(named.longContext && { longContext: true }),
    };
    const fallbacks = this.routes.fallbacksOf(answering);
    return fallbacks.length === 0 ? route : { ...route, fallbacks: this.fallbackRoutes(fallbacks, route) };
  }

  /**
   * Returns the routes of fallback models. A key that may use a model may use its fallbacks, because the settings
   * choose them, not the client.
   */
  private fallbackRoutes(fallbacks: readonly NamedModel[], { requested, thinkingByName, longContext }: Route): Route[] {
    return fallbacks.flatMap((fallback) => {
      const answering = this.answering(fallback);
      if (answering === undefined) return [];
      const { card } = answering;
      const thinkingRequested = fallback.thinkingByName || (thinkingByName && card.rules.thinking !== null);
      const targets = this.routes.targetsOf(answering);
      return [
        { requested, model: card, targets, thinkingByName: thinkingRequested, ...(longContext && { longContext }) },
      ];
    });
  }

  /** Throws if `models.default` is retired and no successor answers. */
  checkDefault(): void {
    if (this.fallback === undefined || this.answering(this.fallback) !== undefined) return;
    throw new Error(`models.default: ${retired(this.fallback).message} "none" leaves requests without a default.`);
  }

  /**
   * Returns the models that the caller can use now. Each public name is followed by its thinking alias if the model can
   * think. Includes aliases and custom models of the settings, and application profiles of the account.
   */
  list(caller?: Caller): ModelListing[] {
    const now = this.clock();
    const listed = this.usable(caller, [...this.names.listedWithThinking, ...this.names.applicationProfiles]);
    if (this.settings.listRetired) return listed;
    // Aliases of the settings stay listed: they are not names of the retired model itself.
    return listed.filter(({ id, requested }) => !isOwnName(id, requested) || !isRetired(requested, now));
  }

  /** Returns true for a name of the table, the settings or the account. */
  isListed(name: string): boolean {
    return this.names.listed.has(name) || this.names.applicationProfiles.includes(name);
  }

  /**
   * Returns a model by any name that `resolve` accepts. Throws GatewayError 404 if it is unknown, retired, or not
   * allowed for the caller.
   */
  find(name: string, caller?: Caller): ModelListing {
    const named = this.lookUp(name);
    const answering = named && this.answering(named);
    if (named === undefined || !this.isAllowed(caller, named, answering)) throw this.notFound(name, caller);
    if (answering === undefined) throw retired(named);
    return listing(name, named, answering);
  }

  /** Returns true if the text is accepted as a model name, regardless of the caller's key. */
  acceptsName(name: string): boolean {
    return this.lookUp(name) !== undefined;
  }

  /** Throws if an entry of a key's list is an id that `models.allowBedrockIds` rejects, because the key could never use it. */
  private checkEntry(entry: string, path: string): void {
    if (entry.includes('*') || this.names.byName(entry) !== undefined) return;
    const named = this.names.byId(entry);
    const conflict = named && this.idPolicy.conflictOf(idOf(named, entry), () => this.calledIdsOf(named));
    if (conflict !== undefined) throw new Error(`${path}: "${shortened(entry)}" ${conflict}`);
  }

  /** Throws if a quota does not name a model by its own name, id or alias: quotas belong to models. */
  private checkQuota(model: string, path: string): void {
    if (model === '*') return;
    const card = (this.names.byName(model) ?? this.names.byId(model))?.card;
    if (card === undefined) throw new Error(`${path}: the model "${model}" does not exist`);
    if (model === card.name || model === card.id || card.aliases.includes(model)) return;
    throw new Error(`${path}: "${model}" refers to ${card.name}, which the quota belongs to; use that name`);
  }

  private lookUp(name: string): NamedModel | undefined {
    const named = this.lookUpExact(name);
    const bare = named === undefined ? withoutLongContext(name) : undefined;
    const long = bare === undefined ? undefined : this.lookUpExact(bare);
    return long === undefined ? named : { ...long, longContext: true };
  }

  private lookUpExact(name: string): NamedModel | undefined {
    const byName = this.names.byName(name);
    if (byName !== undefined) return byName;
    const byId = this.names.byId(name);
    return byId !== undefined && this.rejectionOf(byId, name) === undefined ? byId : undefined;
  }

  private rejectionOf(named: NamedModel, name: string): string | undefined {
    return this.idPolicy.rejectionOf(idOf(named, name), () => this.calledIdsOf(named));
  }

  /** Returns the ids that the gateway calls for the model when a client uses its name. */
  private calledIdsOf({ card }: NamedModel): string[] {
    const byName = this.names.byName(card.name);
    return byName === undefined ? [] : this.routes.targetsOf(byName).map(({ modelId }) => modelId);
  }

  /**
   * Returns the default model for an unknown name. A rejected id gets no default, because a client that sends an id
   * requires exactly that model.
   */
  private fallbackFor(name: string): NamedModel | undefined {
    const isRejectedId = this.names.byId(withoutLongContext(name) ?? name) !== undefined;
    return this.settings.onUnknown === 'default' && !isRejectedId ? this.fallback : undefined;
  }

  private answering(named: NamedModel): NamedModel | undefined {
    return answeringModel(named, { policy: this.settings.onRetired, now: this.clock(), names: this.names });
  }

  /**
   * Returns true if the caller's key allows the requested name, one of the model's own names, or one of its
   * successor's. Unknown names do not count: the default model must be allowed itself.
   */
  private isAllowed(caller: Caller | undefined, named: NamedModel, answering: NamedModel | undefined): boolean {
    if (named.isId && [named.name, `${named.name}${THINKING_SUFFIX}`].some((id) => allowsId(caller, id))) return true;
    if (named.isOnlyItself) return !named.isId && isModelAllowed(caller, [named.name]);
    // A model that the table lacks has no name that patterns could match.
    if (named.isId && named.card.name === named.name) return false;
    return isModelAllowed(caller, [
      ...(named.isId ? [] : [named.name]),
      ...(named.thinkingByName && !named.isId ? [`${named.name}${THINKING_SUFFIX}`] : []),
      named.card.name,
      ...named.card.aliases,
      ...(answering === undefined ? [] : [answering.card.name, ...answering.card.aliases]),
    ]);
  }

  private usable(caller: Caller | undefined, ids: Iterable<string> = this.names.listed): ModelListing[] {
    return [...ids].flatMap((id) => {
      const named = this.lookUp(id);
      const answering = named && this.answering(named);
      if (named === undefined || answering === undefined) return [];
      return this.isAllowed(caller, named, answering) ? [listing(id, named, answering)] : [];
    });
  }

  private notFound(name: string, caller: Caller | undefined): GatewayError {
    const bare = withoutLongContext(name) ?? name;
    const asId = this.names.byId(bare);
    const rejection = asId && this.rejectionOf(asId, bare);
    if (rejection !== undefined) return modelNotFound(`\`${shortened(name)}\` ${rejection}`);
    const names = this.usable(caller).map(({ id }) => id);
    const suggestions = similarNames(name, names).map((suggestion) => `\`${suggestion}\``);
    const hint = suggestions.length > 0 ? ` Did you mean ${suggestions.join(' or ')}?` : '';
    return modelNotFound(`The model \`${shortened(name)}\` does not exist or you do not have access to it.${hint}`);
  }
}

/** Returns an id without `-thinking`; for a custom model the requested name. */
function idOf(named: NamedModel, requested: string): string {
  return named.isId ? named.name : requested;
}

function isOwnName(id: string, { name }: Model): boolean {
  return id === name || id === `${name}${THINKING_SUFFIX}`;
}

function listing(id: string, { card: requested }: NamedModel, { card }: NamedModel): ModelListing {
  return { id, card, requested };
}

function retired({ name, card }: NamedModel): GatewayError {
  const advice = card.successor === undefined ? '' : ` Use \`${card.successor}\` instead.`;
  return modelNotFound(`The model \`${name}\` was retired on ${card.lifecycle.endOfLife}.${advice}`);
}

/** Shortens a name for an error message. 200 characters are enough for every real ARN. */
function shortened(name: string): string {
  return name.length > 200 ? `${name.slice(0, 200)}…` : name;
}
