import { type GatewayError, modelNotFound } from '../../errors/errors.ts';
import { withoutLongContext } from '../names/long-context.ts';
import { similarNames } from '../names/similar-names.ts';
import type { Caller } from '../../request/caller.ts';
import { isRetired } from '../types/lifecycle.ts';
import type { Model } from '../types/model.ts';
import type { ModelLookup } from './model-lookup.ts';
import type { ModelPermissions } from './model-permissions.ts';
import { type NamedModel, THINKING_SUFFIX } from './model-names.ts';
import { retiredModel, shortenedName } from '../access/model-name-errors.ts';

/** An entry of `GET /v1/models`: a name and the model that answers. */
export interface ModelListing {
  id: string;
  /** The model that answers. */
  card: Model;
  /** The model that the name identifies. Differs from `card` if a successor answers. */
  requested: Model;
}

/** Names of models, and who may use them. */
interface ListingSources {
  readonly lookup: ModelLookup;
  readonly permissions: ModelPermissions;
}

/** Lists the models that a caller can use. */
export class ModelListings {
  private readonly lookup: ModelLookup;
  private readonly permissions: ModelPermissions;
  private readonly listRetired: boolean;
  private readonly clock: () => Date;

  constructor({ lookup, permissions }: ListingSources, listRetired: boolean, clock: () => Date) {
    this.lookup = lookup;
    this.permissions = permissions;
    this.listRetired = listRetired;
    this.clock = clock;
  }

  /**
   * Returns the models that the caller can use now. Each public name is followed by its thinking alias if the model can
   * think. Includes aliases and custom models of the settings, and application profiles of the account.
   */
  list(caller?: Caller): ModelListing[] {
    const now = this.clock();
    const listed = this.usable(caller, [
      ...this.lookup.names.listedWithThinking,
      ...this.lookup.names.applicationProfiles,
    ]);
    if (this.listRetired) return listed;
    // Aliases of the settings stay listed: they are not names of the retired model itself.
    return listed.filter(({ id, requested }) => !isOwnName(id, requested) || !isRetired(requested, now));
  }

  /** Returns true for a name of the table, the settings or the account. */
  isListed(name: string): boolean {
    return this.lookup.names.listed.has(name) || this.lookup.names.applicationProfiles.includes(name);
  }

  /**
   * Returns a model by any name that `resolve` accepts. Throws GatewayError 404 if it is unknown, retired, or not
   * allowed for the caller.
   */
  find(name: string, caller?: Caller): ModelListing {
    const named = this.lookup.find(name);
    const answering = named && this.lookup.answering(named, caller);
    if (named === undefined || !this.isVisible(caller, named, answering)) throw this.notFound(name, caller);
    if (answering === undefined) throw retiredModel(named);
    return listing(name, named, answering);
  }

  /** Returns the error for a name that the caller cannot use, with similar names that it can use. */
  notFound(name: string, caller: Caller | undefined): GatewayError {
    const bare = withoutLongContext(name) ?? name;
    const rejection = this.lookup.rejectionOf(bare);
    if (rejection !== undefined) return modelNotFound(`\`${shortenedName(name)}\` ${rejection}`);
    const names = this.usable(caller).map(({ id }) => id);
    const suggestions = similarNames(name, names).map((suggestion) => `\`${suggestion}\``);
    const hint = suggestions.length > 0 ? ` Did you mean ${suggestions.join(' or ')}?` : '';
    return modelNotFound(`The model \`${shortenedName(name)}\` does not exist or you do not have access to it.${hint}`);
  }

  private usable(caller: Caller | undefined, ids: Iterable<string> = this.lookup.names.listed): ModelListing[] {
    return [...ids].flatMap((id) => {
      const named = this.lookup.find(id);
      const answering = named && this.lookup.answering(named, caller);
      if (named === undefined || answering === undefined) return [];
      return this.permissions.isUsable(caller, named, answering) ? [listing(id, named, answering)] : [];
    });
  }

  private isVisible(caller: Caller | undefined, named: NamedModel, answering: NamedModel | undefined): boolean {
    return answering === undefined
      ? this.permissions.refusalOf(caller, named, answering) === undefined
      : this.permissions.isUsable(caller, named, answering);
  }
}

function isOwnName(id: string, { name }: Model): boolean {
  return id === name || id === `${name}${THINKING_SUFFIX}`;
}

function listing(id: string, { card: requested }: NamedModel, { card }: NamedModel): ModelListing {
  return { id, card, requested };
}
