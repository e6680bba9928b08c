import { Inject, Injectable, Optional } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.ts';
import { LiveConfig } from '../config/live-config.ts';
import { regionOf } from '../config/sections/bedrock-config.ts';
import { type CatalogSources, ModelCatalog, type ModelListing } from './catalog/model-catalog.ts';
import type { Route } from './types/model.ts';
import type { Caller } from '../request/caller.ts';

export type { ModelListing } from './catalog/model-catalog.ts';

/** Token of the clock, for whoever wants another than the system's. */
export const MODEL_CLOCK = Symbol('clock of the model registry');

/** The catalog of this moment. A request asks it once and never sees half of a change. */
@Injectable()
export class ModelRegistryService {
  private catalog: ModelCatalog;
  private readonly clock: () => Date;

  /** Throws for settings that name models which do not exist; such changes of them are refused. */
  constructor(
    config: GatewayConfig,
    @Optional() @Inject(MODEL_CLOCK) clock?: () => Date,
    @Optional() live?: LiveConfig,
  ) {
    this.clock = clock ?? (() => new Date());
    this.catalog = new ModelCatalog({ config: live?.current ?? config }, this.clock);
    live?.onChange((next, { models, bedrock, auth }) => {
      if (next.models === models && next.bedrock === bedrock && next.auth === auth) return;
      // What another region has said, or was asked while that was wanted, does not hold any more.
      const isStillTrue = next.models.discovery.enabled && regionOf(next.bedrock) === regionOf(bedrock);
      const account = isStillTrue ? this.catalog.sources.account : undefined;
      const catalog = new ModelCatalog({ config: next, account }, this.clock);
      return () => {
        this.catalog = catalog;
      };
    });
  }

  /**
   * Without a name, `models.default` answers. Throws 404 `model_not_found` for unknown and retired names, 403 for models
   * that are not for the caller's key, 400 where there is neither a name nor a default.
   */
  resolve(name: string | null | undefined, caller?: Caller): Route {
    return this.catalog.resolve(name, caller);
  }

  /** True for a name of the table, of the settings or of the account, which a client cannot have made up. */
  isListed(name: string): boolean {
    return this.catalog.isListed(name);
  }

  /** The models the caller can use now. */
  list(caller?: Caller): ModelListing[] {
    return this.catalog.list(caller);
  }

  /** Whether the text is taken as the name of a model, whatever the caller's key allows. */
  takes(name: string): boolean {
    return this.catalog.takes(name);
  }

  /** One model by any name that `resolve` takes. Throws 404 also where the caller may not use it. */
  find(name: string, caller?: Caller): ModelListing {
    return this.catalog.find(name, caller);
  }

  /**
   * Takes over what is new, settings or what the account has; the rest stays. Throws, and changes nothing, where they
   * do not fit together. The new catalog is made aside and swapped in by one assignment.
   */
  update(news: Partial<CatalogSources>): void {
    this.catalog = new ModelCatalog({ ...this.catalog.sources, ...news }, this.clock);
  }
}
