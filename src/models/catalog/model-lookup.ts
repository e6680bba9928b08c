import type { GatewayConfig } from '../../config/gateway-config.ts';
import { regionOf } from '../../config/sections/bedrock-config.ts';
import type { Account } from '../account/account.ts';
import { allowsId, isModelAllowed } from '../names/allow-list.ts';
import { withoutLongContext } from '../names/long-context.ts';
import type { Caller } from '../../request/caller.ts';
import type { CatalogEntry } from '../types/catalog-entry.ts';
import { answeringModel } from './answering-model.ts';
import { BedrockIdPolicy } from './bedrock-id-policy.ts';
import { defaultModel } from './default-model.ts';
import { ModelNames, type NamedModel, THINKING_SUFFIX } from './model-names.ts';
import { ModelRoutes } from './model-routes.ts';

/** Settings and account data that a catalog is built from. */
export interface CatalogSources {
  config: GatewayConfig;
  /** Absent if discovery is off, or has not succeeded yet. */
  account?: Account;
  /** Entries of the catalog of the company. Absent: no entries. */
  catalogEntries?: readonly CatalogEntry[];
}

/** Finds the model that a name identifies, the model that answers for it, and the keys that may use it. */
export class ModelLookup {
  readonly names: ModelNames;
  readonly routes: ModelRoutes;
  /** Model for requests without a name. */
  readonly defaultModel: NamedModel | undefined;
  private readonly settings: GatewayConfig['models'];
  private readonly idPolicy: BedrockIdPolicy;
  private readonly clock: () => Date;

  /** Throws if the settings name models that do not exist. */
  constructor(sources: CatalogSources, clock: () => Date) {
    const { models, bedrock } = sources.config;
    const region = regionOf(bedrock);
    const furtherRegions = bedrock.targets.flatMap((target) =>
      target.account === undefined ? (target.region ?? []) : [],
    );
    this.clock = clock;
    this.settings = models;
    this.names = new ModelNames({ settings: models, region, furtherRegions, account: sources.account });
    this.routes = new ModelRoutes({ ...sources, region, names: this.names });
    this.idPolicy = new BedrockIdPolicy(sources.config, sources.account);
    this.defaultModel = defaultModel(models, this.names);
  }

  /** Returns the model of a name, id or ARN that the settings accept, also with the suffix `[1m]`. */
  find(name: string): NamedModel | undefined {
    const named = this.findExact(name);
    const bare = named === undefined ? withoutLongContext(name) : undefined;
    const long = bare === undefined ? undefined : this.findExact(bare);
    return long === undefined ? named : { ...long, longContext: true };
  }

  private findExact(name: string): NamedModel | undefined {
    const byName = this.names.byName(name);
    if (byName !== undefined) return byName;
    const byId = this.names.byId(name);
    return byId !== undefined && this.idRejection(byId, name) === undefined ? byId : undefined;
  }

  /** Returns why `models.allowBedrockIds` rejects a name; undefined if it does not. */
  rejectionOf(name: string): string | undefined {
    const byId = this.names.byId(name);
    return byId && this.idRejection(byId, name);
  }

  /** Returns why `models.allowBedrockIds` rejects an id in the settings; undefined if it does not. */
  conflictOf(id: string): string | undefined {
    const byId = this.names.byId(id);
    return byId && this.idPolicy.conflictOf(idOf(byId, id), () => this.calledIdsOf(byId));
  }

  /**
   * Returns the default model for an unknown name. A rejected id gets no default, because a client that sends an id
   * requires exactly that model.
   */
  defaultFor(name: string): NamedModel | undefined {
    const isRejectedId = this.names.byId(withoutLongContext(name) ?? name) !== undefined;
    return this.settings.onUnknown === 'default' && !isRejectedId ? this.defaultModel : undefined;
  }

  /**
   * Returns the model that answers: the named one, or a successor of a retired one; undefined if none answers. No
   * successor answers a caller that requires the exact model.
   */
  answering(named: NamedModel, caller?: Caller): NamedModel | undefined {
    const policy = this.settings.onRetired;
    const isExact = policy === 'redirect' && caller?.access?.exactModel !== undefined;
    return answeringModel(named, { policy: isExact ? 'reject' : policy, now: this.clock(), names: this.names });
  }

  /**
   * Returns true if the caller's key allows the requested name, one of the model's own names, or one of its
   * successor's. Unknown names do not count: the default model must be allowed itself.
   */
  isAllowed(caller: Caller | undefined, named: NamedModel, answering: NamedModel | undefined): boolean {
    if (caller?.models === undefined) return true;
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

  private idRejection(named: NamedModel, name: string): string | undefined {
    return this.idPolicy.rejectionOf(idOf(named, name), () => this.calledIdsOf(named));
  }

  /** Returns the ids that the gateway calls for the model when a client uses its name. */
  private calledIdsOf({ card }: NamedModel): string[] {
    const byName = this.names.byName(card.name);
    return byName === undefined ? [] : this.routes.targetsOf(byName).map(({ modelId }) => modelId);
  }
}

/** Returns an id without `-thinking`; for a custom model the requested name. */
function idOf(named: NamedModel, requested: string): string {
  return named.isId ? named.name : requested;
}
