import type { GatewayConfig, RouteConfig, RouteTargetConfig, TargetConfig } from '../../config/gateway-config.ts';
import { type Account, availabilityOf } from '../account/account.ts';
import { parseBedrockId } from '../names/bedrock-id.ts';
import { GLOBAL_PREFIX } from '../names/geography.ts';
import type { ModelNames, NamedModel } from './model-names.ts';
import type { Model, Target } from '../types/model.ts';
import {
  isReachable,
  placeTarget,
  targetForId,
  type ProfilePreference,
  targetInRegion,
  targetsInRegion,
} from './targets.ts';

/** Settings, names and account data that routes are built from. */
export interface RouteSources {
  config: GatewayConfig;
  /** Region of calls that name none. */
  region: string;
  names: ModelNames;
  /** Result of the model discovery in the gateway's own account. */
  account?: Account;
}

interface Route {
  config: RouteConfig;
  path: string;
  fallbacks: readonly NamedModel[];
}

/** What a target was made from. */
interface TargetOrigin {
  readonly card: Model;
  readonly region: string;
  readonly place: TargetConfig;
}

const NO_MODELS: readonly NamedModel[] = [];
const NO_TARGETS: readonly Target[] = [];

/**
 * Resolves a model to its targets and fallback models. Precedence of targets: the model's own route, an id or ARN in
 * the requested name, `bedrock.targets`, the default region.
 */
export class ModelRoutes {
  private readonly sources: RouteSources;
  private readonly routes = new Map<string, Route>();
  /**
   * Target lists of models, which are the same for every request. Weak, because models of unlisted ids are short-lived.
   */
  private readonly lists = new WeakMap<Model, Map<string, readonly Target[]>>();
  /** Origins of the targets whose profile the gateway has chosen. */
  private readonly origins = new WeakMap<Target, TargetOrigin>();

  /** Throws for routes with unknown models, and for two routes of one model. */
  constructor(sources: RouteSources) {
    this.sources = sources;
    for (const [index, config] of sources.config.models.routes.entries()) {
      const path = `models.routes[${index}]`;
      const key = this.keyOf(config.model, `${path}.model`);
      const same = this.routes.get(key);
      if (same !== undefined) throw new Error(`${path}.model: "${config.model}" is also the model of ${same.path}`);
      if (config.fallbacks.length > 0) this.rejectEmbeddings(config.model, path);
      const fallbacks = config.fallbacks.map((name, at) => this.fallback(name, key, `${path}.fallbacks[${at}]`));
      this.routes.set(key, { config, path, fallbacks });
    }
  }

  /** Returns the targets by priority. `region`: region of a retired id whose successor answers. */
  targetsOf(named: NamedModel, region?: string): readonly Target[] {
    const route = this.routeOf(named);
    if (route !== undefined && route.config.targets.length > 0) {
      return this.list(named, route.path, () => route.config.targets.map((target) => this.routeTarget(named, target)));
    }
    if (named.target !== undefined) return [named.target];
    // Clients can send any region, so only lists of regions from the settings are cached.
    if (region !== undefined) return [this.targetAt(named.card, region, {})];
    return this.list(named, '', () => this.targetsEverywhere(named.card));
  }

  /**
   * Returns the targets of the other profiles in the place of a target, in the order of the preference. Empty if the client
   * or the settings have chosen the profile. Not the global one, which is called only where it is preferred.
   */
  alternativesOf(target: Target): readonly Target[] {
    const origin = this.origins.get(target);
    if (origin === undefined) return NO_TARGETS;
    const { card, region, place } = origin;
    const reach = { id: card.id, ...this.reachFrom(card, region, place) };
    const targets = targetsInRegion(reach, region, this.preferenceOf(place)).map((each) => placeTarget(each, place));
    return targets.filter(({ id, profile }) => id !== target.id && profile !== GLOBAL_PREFIX);
  }

  /** Returns the models that answer after all targets of the model have failed. */
  fallbacksOf(named: NamedModel): readonly NamedModel[] {
    return this.routeOf(named)?.fallbacks ?? NO_MODELS;
  }

  private routeOf(named: NamedModel): Route | undefined {
    if (this.routes.size === 0) return undefined;
    const ownRoute = this.routes.get(named.name);
    // A client that sends an id requires exactly that model, so the route of its model does not apply.
    return ownRoute ?? (named.target === undefined ? this.routes.get(named.card.name) : undefined);
  }

  /**
   * Returns the key of a route. All names of a model share one route, except for aliases of the settings and custom
   * models.
   */
  private keyOf(model: string, path: string): string {
    const named = this.named(model, path);
    const hasOwnRoute = Object.hasOwn(this.sources.config.models.aliases, named.name) || named.target !== undefined;
    return hasOwnRoute ? named.name : named.card.name;
  }

  private fallback(name: string, key: string, path: string): NamedModel {
    if (this.keyOf(name, path) === key) throw new Error(`${path}: "${name}" is the route's own model`);
    const fallback = this.named(name, path);
    if (fallback.card.embedding === undefined) return fallback;
    throw new Error(`${path}: "${name}" makes embeddings. Vectors of different models cannot be compared`);
  }

  private rejectEmbeddings(name: string, path: string): void {
    if (this.named(name, path).card.embedding === undefined) return;
    throw new Error(`${path}.fallbacks: "${name}" makes embeddings. Vectors of different models cannot be compared`);
  }

  private named(name: string, path: string): NamedModel {
    const { names } = this.sources;
    const named = names.byName(name) ?? names.byId(name);
    if (named === undefined) throw new Error(`${path}: the model "${name}" does not exist`);
    return named;
  }

  private list(named: NamedModel, path: string, createTargets: () => Target[]): readonly Target[] {
    let lists = this.lists.get(named.card);
    if (lists === undefined) this.lists.set(named.card, (lists = new Map<string, readonly Target[]>()));
    let list = lists.get(path);
    if (list === undefined) lists.set(path, (list = byPriority(createTargets())));
    return list;
  }

  /**
   * Returns the targets in all configured places where the model is available, as far as the table or the discovery
   * knows.
   */
  private targetsEverywhere(card: Model): Target[] {
    const { region, config } = this.sources;
    const { targets, profilePreference } = config.bedrock;
    if (targets.length === 0) return [this.targetAt(card, region, {})];
    const reachable = targets.filter((place) => {
      const targetRegion = place.region ?? region;
      return isReachable(
        this.reachFrom(card, targetRegion, place),
        targetRegion,
        place.profilePreference ?? profilePreference,
      );
    });
    return (reachable.length > 0 ? reachable : targets.slice(0, 1)).map((place) =>
      this.targetAt(card, place.region ?? region, place),
    );
  }

  private routeTarget(named: NamedModel, place: RouteTargetConfig): Target {
    const { account, region } = this.sources;
    const id = place.id ?? (place.profilePreference === undefined ? named.target?.modelId : undefined);
    if (id === undefined) return this.targetAt(named.card, place.region ?? region, place);
    const targetRegion =
      place.region ?? parseBedrockId(id)?.region ?? (place.id === undefined ? named.target?.region : undefined);
    return placeTarget(targetForId(targetRegion ?? region, id, account?.profiles.get(id)?.profile), place);
  }

  private targetAt(card: Model, region: string, place: TargetConfig): Target {
    const { prefixes, onDemand } = this.reachFrom(card, region, place);
    const reach = { id: card.id, prefixes, onDemand };
    const target = placeTarget(targetInRegion(reach, region, this.preferenceOf(place)), place);
    this.origins.set(target, { card, region, place });
    return target;
  }

  private preferenceOf({ profilePreference }: TargetConfig): ProfilePreference {
    return profilePreference ?? this.sources.config.bedrock.profilePreference;
  }

  /** Returns the availability of a model in a place. The discovery covers the gateway's own account only. */
  private reachFrom(card: Model, region: string, { account }: TargetConfig): Pick<Model, 'prefixes' | 'onDemand'> {
    return availabilityOf(card, region, account === undefined ? this.sources.account : undefined);
  }
}

function byPriority(targets: Target[]): Target[] {
  return targets.sort((one, other) => (one.priority ?? 1) - (other.priority ?? 1));
}
