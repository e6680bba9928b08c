import type { Caller } from '../call.ts';
import type { GatewayConfig } from '../config/gateway-config.ts';
import { regionOf } from '../config/sections/bedrock-config.ts';
import { type GatewayError, modelNotFound, permissionDenied } from '../errors.ts';
import type { Account } from './account.ts';
import { allows, allowsId } from './allow-list.ts';
import { isRetired } from './lifecycle.ts';
import { withoutLongContext } from './long-context.ts';
import { ModelNames, type NamedModel, THINKING_SUFFIX } from './model-names.ts';
import { ModelRoutes } from './model-routes.ts';
import type { ModelCard, Route } from './model.ts';
import { nearMisses } from './near-misses.ts';
import { Residency } from './residency.ts';

/** A model as `GET /v1/models` shows it: the name to ask for, and the model that answers. */
export interface ModelListing {
  id: string;
  card: ModelCard;
}

/** What a catalog is made from. */
export interface CatalogSources {
  config: GatewayConfig;
  /** Absent until discovery has succeeded, and where it is off. */
  account?: Account;
}

/** Which models there are, by which names, for whom, and where Bedrock has them. Immutable: news make a new catalog. */
export class ModelCatalog {
  readonly sources: CatalogSources;
  private readonly settings: GatewayConfig['models'];
  private readonly names: ModelNames;
  private readonly routes: ModelRoutes;
  private readonly residency: Residency;
  private readonly fallback: NamedModel;
  private readonly clock: () => Date;

  /** Throws for settings that name models which do not exist. */
  constructor(sources: CatalogSources, clock: () => Date) {
    const { models, bedrock, auth } = sources.config;
    this.sources = sources;
    this.clock = clock;
    this.settings = models;
    const region = regionOf(bedrock);
    const furtherRegions = bedrock.targets.flatMap((one) => (one.account === undefined ? (one.region ?? []) : []));
    this.names = new ModelNames({ settings: models, region, furtherRegions, account: sources.account });
    this.routes = new ModelRoutes({ ...sources, region, names: this.names });
    this.residency = new Residency(sources.config, sources.account);
    const fallback = this.names.byName(models.default) ?? this.names.byId(models.default);
    if (fallback === undefined) throw new Error(`models.default: there is no model "${models.default}"`);
    this.fallback = fallback;
    for (const [index, { model }] of bedrock.quotas.limits.entries()) {
      this.checkQuota(model, `bedrock.quotas.limits[${index}].model`);
    }
    for (const [index, key] of auth.keys.entries()) {
      for (const [at, entry] of (key.models ?? []).entries())
        this.checkEntry(entry, `auth.keys[${index}].models[${at}]`);
    }
  }

  /** Throws 404 `model_not_found` for unknown and retired names, 403 for models that are not for the caller's key. */
  resolve(name: string, caller?: Caller): Route {
    const named = this.lookUp(name) ?? this.fallbackFor(name);
    if (named === undefined) throw this.notFound(name, caller);
    const answering = this.answering(named);
    if (!this.isAllowed(caller, named, answering)) {
      throw permissionDenied(`This API key may not use the model \`${shortened(name)}\`.`, 'model');
    }
    if (answering === undefined) throw retired(named);
    const route: Route = {
      requested: name,
      model: answering.card,
      targets: this.routes.targetsOf(answering, named.target?.region),
      thinkingByName: named.thinkingByName || answering.thinkingByName,
      redirectedFrom: answering === named ? undefined : named.card,
      ...(named.longContext && { longContext: true }),
    };
    const fallbacks = this.routes.fallbacksOf(answering);
    return fallbacks.length === 0 ? route : { ...route, fallbacks: this.fallbackRoutes(fallbacks, route) };
  }

  /** A key that may use a model may use what its route falls back to: the settings say so, not the client. */
  private fallbackRoutes(fallbacks: readonly NamedModel[], { requested, thinkingByName, longContext }: Route): Route[] {
    return fallbacks.flatMap((fallback) => {
      const answering = this.answering(fallback);
      if (answering === undefined) return [];
      const { card } = answering;
      const thinks = fallback.thinkingByName || (thinkingByName && card.rules.thinking !== null);
      const targets = this.routes.targetsOf(answering);
      return [{ requested, model: card, targets, thinkingByName: thinks, ...(longContext && { longContext }) }];
    });
  }

  /**
   * The models the caller can use now, each under its one public name, with aliases and custom models of the settings
   * and the application profiles of the account.
   */
  list(caller?: Caller): ModelListing[] {
    const now = this.clock();
    return this.usable(caller, new Set([...this.names.listed, ...this.names.applicationProfiles]))
      .filter(({ id, named }) => {
        // A retired model's own name still resolves, but new clients should not pick it.
        const isOwnName = id === named.card.name;
        return !isOwnName || this.settings.retired === 'serve' || !isRetired(named.card, now);
      })
      .map(({ id, card }) => ({ id, card }));
  }

  /** True for names that stand in the table, in the settings or in the listing of the account. */
  isListed(name: string): boolean {
    return this.names.listed.has(name) || this.names.applicationProfiles.includes(name);
  }

  /** One model by any name that `resolve` takes. Throws 404 also where the caller may not use it. */
  find(name: string, caller?: Caller): ModelListing {
    const named = this.lookUp(name);
    const answering = named && this.answering(named);
    if (named === undefined || !this.isAllowed(caller, named, answering)) throw this.notFound(name, caller);
    if (answering === undefined) throw retired(named);
    return { id: name, card: answering.card };
  }

  /** Whether the text is taken as the name of a model, whatever the caller's key allows. */
  takes(name: string): boolean {
    return this.lookUp(name) !== undefined;
  }

  /** Throws for an entry of a key's list that is an id which `models.allowIds` refuses: the key could never use it. */
  private checkEntry(entry: string, path: string): void {
    if (entry.includes('*') || this.names.byName(entry) !== undefined) return;
    const named = this.names.byId(entry);
    const conflict = named && this.residency.conflictOf(idOf(named, entry), () => this.calledFor(named));
    if (conflict !== undefined) throw new Error(`${path}: "${shortened(entry)}" ${conflict}`);
  }

  /** Quotas are those of a model, under whichever name it is called. */
  private checkQuota(model: string, path: string): void {
    if (model === '*') return;
    const card = (this.names.byName(model) ?? this.names.byId(model))?.card;
    if (card === undefined) throw new Error(`${path}: there is no model "${model}"`);
    if (model === card.name || model === card.id || card.aliases.includes(model)) return;
    throw new Error(`${path}: "${model}" stands for ${card.name}, whose quotas they are: write that`);
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
    return byId !== undefined && this.refusalOf(byId, name) === undefined ? byId : undefined;
  }

  private refusalOf(named: NamedModel, name: string): string | undefined {
    return this.residency.refusalOf(idOf(named, name), () => this.calledFor(named));
  }

  /** What the gateway calls for the model when its name is asked for. */
  private calledFor({ card }: NamedModel): string[] {
    const byName = this.names.byName(card.name);
    return byName === undefined ? [] : this.routes.targetsOf(byName).map(({ modelId }) => modelId);
  }

  /** A refused id is not answered by another model: whoever writes out an id means it. */
  private fallbackFor(name: string): NamedModel | undefined {
    const isRefusedId = this.names.byId(withoutLongContext(name) ?? name) !== undefined;
    return this.settings.unknown === 'default' && !isRefusedId ? this.fallback : undefined;
  }

  /** The model itself, or after its end of life what the policy says; undefined where that is a refusal. */
  private answering(named: NamedModel): NamedModel | undefined {
    const now = this.clock();
    const { retired: policy } = this.settings;
    switch (policy) {
      case 'serve':
        return named;
      case 'reject':
        return isRetired(named.card, now) ? undefined : named;
      case 'redirect':
        return this.living(named, now);
      default:
        return policy satisfies never;
    }
  }

  /** Follows successors until one lives. Aliases of the settings may lead a successor's name back: then nobody answers. */
  private living(named: NamedModel, now: Date): NamedModel | undefined {
    const seen = new Set<ModelCard>();
    let current: NamedModel | undefined = named;
    while (current !== undefined && isRetired(current.card, now)) {
      if (seen.has(current.card)) return undefined;
      seen.add(current.card);
      current = current.card.successor === undefined ? undefined : this.names.byName(current.card.successor);
    }
    return current;
  }

  /**
   * A key may use a model under the name it was asked for, under the model's own names, and under those of the
   * successor that answers. A name nobody knows counts for nothing: the default model has to be allowed itself.
   */
  private isAllowed(caller: Caller | undefined, named: NamedModel, answering: NamedModel | undefined): boolean {
    if (named.isId && [named.name, `${named.name}${THINKING_SUFFIX}`].some((id) => allowsId(caller, id))) return true;
    if (named.isOnlyItself) return !named.isId && allows(caller, [named.name]);
    // A model that is not known has no name for patterns to match.
    if (named.isId && named.card.name === named.name) return false;
    return allows(caller, [
      ...(named.isId ? [] : [named.name]),
      ...(named.thinkingByName && !named.isId ? [`${named.name}${THINKING_SUFFIX}`] : []),
      named.card.name,
      ...named.card.aliases,
      ...(answering === undefined ? [] : [answering.card.name, ...answering.card.aliases]),
    ]);
  }

  private usable(
    caller: Caller | undefined,
    ids: Iterable<string> = this.names.listed,
  ): (ModelListing & { named: NamedModel })[] {
    return [...ids].flatMap((id) => {
      const named = this.lookUp(id);
      const answering = named && this.answering(named);
      if (named === undefined || answering === undefined) return [];
      return this.isAllowed(caller, named, answering) ? [{ id, card: answering.card, named }] : [];
    });
  }

  private notFound(name: string, caller: Caller | undefined): GatewayError {
    const bare = withoutLongContext(name) ?? name;
    const asId = this.names.byId(bare);
    const refusal = asId && this.refusalOf(asId, bare);
    if (refusal !== undefined) return modelNotFound(`\`${shortened(name)}\` ${refusal}`);
    const names = this.usable(caller).map(({ id }) => id);
    const guesses = nearMisses(name, names).map((guess) => `\`${guess}\``);
    const hint = guesses.length > 0 ? ` Did you mean ${guesses.join(' or ')}?` : '';
    return modelNotFound(`The model \`${shortened(name)}\` does not exist or you do not have access to it.${hint}`);
  }
}

/** An id without its `-thinking`; of a custom model what was asked for. */
function idOf(named: NamedModel, asked: string): string {
  return named.isId ? named.name : asked;
}

function retired({ name, card }: NamedModel): GatewayError {
  const advice = card.successor === undefined ? '' : ` Use \`${card.successor}\` instead.`;
  return modelNotFound(`The model \`${name}\` was retired on ${card.lifecycle.endOfLife}.${advice}`);
}

/** Long enough for every ARN people write; a message need not repeat a megabyte. */
function shortened(name: string): string {
  return name.length > 200 ? `${name.slice(0, 200)}…` : name;
}
