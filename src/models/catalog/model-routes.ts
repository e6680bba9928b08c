import type { GatewayConfig, RouteConfig, RouteTargetConfig, TargetConfig } from '../../config/gateway-config.ts';
import { type Account, availabilityOf } from '../account/account.ts';
import { parseBedrockId } from '../names/bedrock-id.ts';
import type { ModelNames, NamedModel } from './model-names.ts';
import type { Model, Target } from '../types/model.ts';
import { isReachable, placeTarget, targetForId, targetInRegion } from './targets.ts';

/** What routes are made from. */
export interface RouteSources {
  config: GatewayConfig;
  /** Where calls go that name no region. */
  region: string;
  names: ModelNames;
  /** What discovery found in the own account. */
  account?: Account;
}

interface Route {
  config: RouteConfig;
  path: string;
  fallbacks: readonly NamedModel[];
}

const NO_MODELS: readonly NamedModel[] = [];

/**
 * Where models are called and who answers in their place. A route of its own comes first, then what the name itself
 * says (an id, an ARN), then `bedrock.targets`, then the one region there is.
 */
export class ModelRoutes {
  private readonly sources: RouteSources;
  private readonly routes = new Map<string, Route>();
  /** Lists are the same for every request; cards of ids nobody listed come and go. */
  private readonly lists = new WeakMap<Model, Map<string, readonly Target[]>>();

  /** Throws for routes that name models which do not exist, and for two routes of one model. */
  constructor(sources: RouteSources) {
    this.sources = sources;
    for (const [index, config] of sources.config.models.routes.entries()) {
      const path = `models.routes[${index}]`;
      const key = this.keyOf(config.model, `${path}.model`);
      const same = this.routes.get(key);
      if (same !== undefined) throw new Error(`${path}.model: "${config.model}" is the model of ${same.path}, too`);
      const fallbacks = config.fallbacks.map((name, at) => this.fallback(name, key, `${path}.fallbacks[${at}]`));
      this.routes.set(key, { config, path, fallbacks });
    }
  }

  /** In the order to try, by priority. `region` is that of a retired id in whose place the model answers. */
  targetsOf(named: NamedModel, region?: string): readonly Target[] {
    const route = this.routeOf(named);
    if (route !== undefined && route.config.targets.length > 0) {
      return this.list(named, route.path, () => route.config.targets.map((one) => this.ofRoute(named, one)));
    }
    if (named.target !== undefined) return [named.target];
    // Clients may make regions up: lists are kept of the settings' own only.
    if (region !== undefined) return [this.follow(named.card, region, {})];
    return this.list(named, '', () => this.everywhere(named.card));
  }

  /** Models that answer when all of its targets have failed. */
  fallbacksOf(named: NamedModel): readonly NamedModel[] {
    return this.routeOf(named)?.fallbacks ?? NO_MODELS;
  }

  private routeOf(named: NamedModel): Route | undefined {
    if (this.routes.size === 0) return undefined;
    const own = this.routes.get(named.name);
    // Whoever writes out an id means it: the route of its model is not for it.
    return own ?? (named.target === undefined ? this.routes.get(named.card.name) : undefined);
  }

  /** All names of a model share its route; an alias of the settings and a custom model may have their own. */
  private keyOf(model: string, path: string): string {
    const named = this.named(model, path);
    const isOwn = Object.hasOwn(this.sources.config.models.aliases, named.name) || named.target !== undefined;
    return isOwn ? named.name : named.card.name;
  }

  private fallback(name: string, key: string, path: string): NamedModel {
    if (this.keyOf(name, path) === key) throw new Error(`${path}: "${name}" is the model of the route itself`);
    return this.named(name, path);
  }

  private named(name: string, path: string): NamedModel {
    const { names } = this.sources;
    const named = names.byName(name) ?? names.byId(name);
    if (named === undefined) throw new Error(`${path}: there is no model "${name}"`);
    return named;
  }

  private list(named: NamedModel, path: string, make: () => Target[]): readonly Target[] {
    let lists = this.lists.get(named.card);
    if (lists === undefined) this.lists.set(named.card, (lists = new Map<string, readonly Target[]>()));
    let list = lists.get(path);
    if (list === undefined) lists.set(path, (list = byPriority(make())));
    return list;
  }

  /** Places that do not have the model are left out, as far as the table or discovery knows. */
  private everywhere(card: Model): Target[] {
    const { region, config } = this.sources;
    const { targets, profilePreference } = config.bedrock;
    if (targets.length === 0) return [this.follow(card, region, {})];
    const reached = targets.filter((one) => {
      const there = one.region ?? region;
      return isReachable(this.reachFrom(card, there, one), there, one.profilePreference ?? profilePreference);
    });
    return (reached.length > 0 ? reached : targets.slice(0, 1)).map((one) =>
      this.follow(card, one.region ?? region, one),
    );
  }

  private ofRoute(named: NamedModel, one: RouteTargetConfig): Target {
    const { account, region } = this.sources;
    const id = one.id ?? (one.profilePreference === undefined ? named.target?.modelId : undefined);
    if (id === undefined) return this.follow(named.card, one.region ?? region, one);
    const there = one.region ?? parseBedrockId(id)?.region ?? (one.id === undefined ? named.target?.region : undefined);
    return placeTarget(targetForId(there ?? region, id, account?.profiles.get(id)?.profile), one);
  }

  private follow(card: Model, region: string, place: TargetConfig): Target {
    const { prefixes, onDemand } = this.reachFrom(card, region, place);
    const preference = place.profilePreference ?? this.sources.config.bedrock.profilePreference;
    return placeTarget(targetInRegion({ id: card.id, prefixes, onDemand }, region, preference), place);
  }

  /** Discovery has asked the own account only. */
  private reachFrom(card: Model, region: string, { account }: TargetConfig): Pick<Model, 'prefixes' | 'onDemand'> {
    return availabilityOf(card, region, account === undefined ? this.sources.account : undefined);
  }
}

function byPriority(targets: Target[]): Target[] {
  return targets.sort((one, other) => (one.priority ?? 1) - (other.priority ?? 1));
}
