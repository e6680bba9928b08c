import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.ts';
import { LiveConfig } from '../config/live-config.ts';
import { regionOf } from '../config/sections/bedrock-config.ts';
import { ModelCatalog } from './catalog/model-catalog.ts';
import type { ModelListing } from './catalog/model-listings.ts';
import type { CatalogSources } from './catalog/model-lookup.ts';
import type { Route } from './types/model.ts';
import type { Caller } from '../request/caller.ts';

export type { ModelListing } from './catalog/model-listings.ts';

/** Token of the clock, for tests with another clock than the system's. */
export const MODEL_CLOCK = Symbol('clock of the model registry');

/** Maximum number of models in one log line. */
const MAX_LOGGED_MODELS = 20;

/** Provides the current model catalog. Each request uses one catalog, so it never sees a change in part. */
@Injectable()
export class ModelRegistryService {
  private readonly logger = new Logger(ModelRegistryService.name);
  private catalog: ModelCatalog;
  private readonly clock: () => Date;

  /**
   * Throws if the settings name models that do not exist. Later changes of the settings with such names are rejected.
   */
  constructor(
    config: GatewayConfig,
    @Optional() @Inject(MODEL_CLOCK) clock?: () => Date,
    @Optional() live?: LiveConfig,
  ) {
    this.clock = clock ?? (() => new Date());
    this.catalog = new ModelCatalog({ config: live?.current ?? config }, this.clock);
    live?.onChange((next, { models, bedrock, auth, catalog: policy }) => {
      const isSame = next.models === models && next.bedrock === bedrock && next.auth === auth;
      if (isSame && next.catalog === policy) return;
      // The discovered account is dropped if another region is configured, or if discovery was switched off.
      const isAccountValid = next.models.discovery.enabled && regionOf(next.bedrock) === regionOf(bedrock);
      const account = isAccountValid ? this.catalog.sources.account : undefined;
      const sources = { ...this.catalog.sources, config: next, account };
      const catalog = new ModelCatalog(sources, this.clock);
      return () => {
        // Another listener may have replaced the entries, which no configuration can contradict.
        const { catalogEntries } = this.catalog.sources;
        const isCurrent = catalogEntries === sources.catalogEntries;
        this.catalog = isCurrent ? catalog : new ModelCatalog({ ...sources, catalogEntries }, this.clock);
      };
    });
  }

  /**
   * Returns the route for a model name, with the targets and fallback models that the caller may use. Throws GatewayError as
   * `ModelCatalog.resolve`.
   */
  resolve(name: string | null | undefined, caller?: Caller): Route {
    return this.catalog.resolve(name, caller);
  }

  /** Returns true for a name of the table, the settings or the account, which a client cannot have invented. */
  isListed(name: string): boolean {
    return this.catalog.listings.isListed(name);
  }

  /** Returns the models that the caller can use now. */
  list(caller?: Caller): ModelListing[] {
    return this.catalog.listings.list(caller);
  }

  /** Returns true if the text is accepted as a model name, regardless of the caller's key. */
  acceptsName(name: string): boolean {
    return this.catalog.acceptsName(name);
  }

  /**
   * Returns a model by any name that `resolve` accepts. Throws GatewayError 404 if it is unknown, retired, or not
   * allowed for the caller.
   */
  find(name: string, caller?: Caller): ModelListing {
    return this.catalog.listings.find(name, caller);
  }

  /**
   * Replaces the given sources of the catalog. Throws, and changes nothing, if they contradict each other. The new
   * catalog replaces the old one in a single assignment.
   */
  update(changes: Partial<CatalogSources>): void {
    const { unknownModels: before } = this.catalog.states;
    this.catalog = new ModelCatalog({ ...this.catalog.sources, ...changes }, this.clock);
    const added = this.unknownCatalogModels.filter((model) => !before.includes(model));
    if (added.length > 0) {
      const models = added.slice(0, MAX_LOGGED_MODELS);
      this.logger.warn({ event: 'catalog_models_unknown', msg: 'entries of the catalog have no effect', models });
    }
  }

  /** Models of catalog entries that do not exist. Such entries have no effect. */
  get unknownCatalogModels(): readonly string[] {
    return this.catalog.states.unknownModels;
  }
}
