import type { CustomModelConfig, ModelsConfig } from '../../config/gateway-config.ts';
import { regionPattern } from '../../config/sections/region.ts';
import { modelsWithAccount } from '../account/account-models.ts';
import { type Account, type AccountProfile, availabilityOf } from '../account/account.ts';
import { type BedrockId, parseBedrockId } from '../names/bedrock-id.ts';
import { geographyOf } from '../names/geography.ts';
import type { Model, Target } from '../types/model.ts';
import { similarNames } from '../names/similar-names.ts';
import { FREE_PRICE } from '../../usage/price-list/list-price.ts';
import { targetForId } from './targets.ts';
import { unlistedModel } from '../rules/unlisted-models.ts';

/** The model that a name identifies, regardless of its lifecycle. */
export interface NamedModel {
  /** Name without `-thinking`. */
  name: string;
  card: Model;
  /** Target that the name determines: for ids, ARNs and custom models. */
  target?: Target;
  thinkingByName: boolean;
  /** True if the name requests the long context (`[1m]`). */
  longContext?: true;
  /**
   * True if a key needs permission for this name itself: an application profile is billed to the team that it was
   * created for.
   */
  isOnlyItself?: true;
  /** True if the name is a Bedrock id, profile id or ARN. */
  isId?: boolean;
  /** True for a model of `models.custom`. */
  isCustom?: true;
}

/** Settings and account data that model names are built from. */
export interface NameSources {
  settings: ModelsConfig;
  /** Region of calls that name none. */
  region: string;
  /** Further regions of the gateway's own account, for calls of profiles of other geographies. */
  furtherRegions?: readonly string[];
  /** Result of the model discovery. */
  account?: Account;
}

/** Suffix that enables thinking on Claude models that support it: `claude-sonnet-4-6-thinking`. */
export const THINKING_SUFFIX = '-thinking';

/**
 * All names of all models: from the table, the account and the settings. Later sources take precedence. Lookups take
 * constant time. The constructor throws for aliases that refer to an unknown model or form a cycle.
 */
export class ModelNames {
  /** Public names: the table's, then the settings'. Aliases with dates are excluded. */
  readonly listed: ReadonlySet<string>;
  /** Public names, with the thinking alias after each model that can think. */
  readonly listedWithThinking: ReadonlySet<string>;
  /** ARNs of the account's application profiles. */
  readonly applicationProfiles: readonly string[];
  private readonly names = new Map<string, NamedModel>();
  private readonly cards = new Map<string, Model>();
  private readonly customIds = new Map<string, NamedModel>();
  private readonly aliases: ReadonlyMap<string, string>;
  private readonly region: string;
  private readonly regions: readonly string[];
  private readonly account: Account | undefined;

  constructor({ settings, region, furtherRegions = [], account }: NameSources) {
    this.region = region;
    this.regions = [region, ...furtherRegions];
    this.account = account;
    for (const card of modelsWithAccount(account)) this.addCard(card);
    const profiles = [...(account?.profiles ?? [])];
    this.applicationProfiles = profiles.filter(([, { kind }]) => kind === 'application').map(([arn]) => arn);
    for (const custom of settings.custom) this.addCustom(custom);
    this.aliases = new Map(Object.entries(settings.aliases));
    const resolved = [...this.aliases.keys()].map((alias) => [alias, this.followAlias(alias, [])] as const);
    for (const [alias, model] of resolved) this.names.set(alias, { ...model, name: alias, isId: false });
    this.listed = new Set([
      ...[...this.cards.values()].map(({ name }) => name),
      ...settings.custom.map(({ name }) => name),
      ...this.aliases.keys(),
    ]);
    const thinkingNames = new Set([...this.cards.values()].flatMap((card) => (card.rules.thinking ? [card.name] : [])));
    this.listedWithThinking = new Set(
      [...this.listed].flatMap((name) => (thinkingNames.has(name) ? [name, `${name}${THINKING_SUFFIX}`] : [name])),
    );
  }

  /**
   * Returns the model of a public name, alias or custom model, with or without `-thinking`; undefined if there is none.
   */
  byName(name: string): NamedModel | undefined {
    return this.names.get(name) ?? thinking(this.names.get(withoutThinking(name)));
  }

  /** Returns the model of a Bedrock id, profile id or ARN, also if the table lacks it; undefined for other text. */
  byId(text: string): NamedModel | undefined {
    const custom = this.customIds.get(text);
    if (custom !== undefined) return custom;
    return this.byKnownId(text) ?? thinking(this.byKnownId(withoutThinking(text))) ?? this.byUnlistedId(text);
  }

  private byKnownId(text: string): NamedModel | undefined {
    const profile = this.account?.profiles.get(text);
    return profile === undefined ? this.byListedId(text) : this.byProfile(text, profile);
  }

  /**
   * Returns the model of a profile from the account's listing. The ARN of an application profile does not name its
   * model.
   */
  private byProfile(text: string, { kind, foundationId, profile }: AccountProfile): NamedModel {
    const region = parseBedrockId(text)?.region ?? this.region;
    return {
      name: text,
      card: this.cards.get(foundationId) ?? unlistedModel(text, { foundationId }),
      target: targetForId(region, text, profile),
      thinkingByName: false,
      isId: true,
      ...(kind === 'application' && { isOnlyItself: true }),
    };
  }

  private byListedId(text: string): NamedModel | undefined {
    const id = callableId(text);
    const card = this.cards.get(id?.foundationId ?? '');
    if (id === undefined || card === undefined) return undefined;
    // Bedrock rejects the bare id of a model that requires a profile, so a profile is chosen as for a name.
    const isPlain = id.prefix === undefined && id.resource === undefined;
    const region = id.region ?? this.regionFor(id.prefix);
    const isCallable = !isPlain || availabilityOf(card, region, this.account).onDemand;
    const target = isCallable ? targetForId(region, text) : undefined;
    return { name: text, card, target, thinkingByName: false, isId: true };
  }

  /** Returns a region for a profile. Bedrock accepts the profiles of a geography in its own regions only. */
  private regionFor(prefix: string | undefined): string {
    if (prefix === undefined) return this.region;
    return this.regions.find((region) => geographyOf(region).includes(prefix)) ?? this.region;
  }

  private byUnlistedId(text: string): NamedModel | undefined {
    const id = callableId(text);
    if (id === undefined) return undefined;
    return {
      name: text,
      card: unlistedModel(text, id),
      target: targetForId(id.region ?? this.regionFor(id.prefix), text),
      thinkingByName: false,
      isId: true,
    };
  }

  private addCard(card: Model): void {
    this.cards.set(card.id, card);
    for (const name of [card.name, ...card.aliases]) this.names.set(name, { name, card, thinkingByName: false });
  }

  private addCustom({ name, id, rulesOf, region, price: ownPrice }: CustomModelConfig): void {
    const known = this.byName(rulesOf) ?? this.byListedId(rulesOf);
    if (known === undefined)
      throw new Error(`models.custom: "${name}" has rulesOf "${rulesOf}", ${this.missing(rulesOf)}`);
    if (this.customIds.has(id) || [...this.customIds.values()].some((other) => other.name === name)) {
      throw new Error(`models.custom: "${name}" (${id}) occurs twice; names and ids must be unique`);
    }
    const { rules, embedding, price, provider } = known.card;
    const parsed = parseBedrockId(id);
    const custom: NamedModel = {
      name,
      card: {
        name,
        displayName: name,
        provider,
        id,
        aliases: [],
        prefixes: [],
        onDemand: true,
        rules,
        embedding,
        price: ownPrice === 0 ? FREE_PRICE : price,
        lifecycle: {},
      },
      target: targetForId(region ?? parsed?.region ?? this.region, id, this.account?.profiles.get(id)?.profile),
      thinkingByName: false,
      isCustom: true,
    };
    this.customIds.set(id, custom);
    this.names.set(name, custom);
  }

  /** Follows an alias to its model. `trail`: aliases that led here. */
  private followAlias(name: string, trail: readonly string[]): NamedModel {
    if (trail.includes(name)) throw new Error(`models.aliases form a cycle: ${[...trail, name].join(' -> ')}`);
    const next = this.aliases.get(name);
    if (next !== undefined) return this.followAlias(next, [...trail, name]);
    const plain = withoutThinking(name);
    const model = this.aliases.has(plain)
      ? thinking(this.followAlias(plain, [...trail, name]))
      : (this.byName(name) ?? this.byId(name));
    if (model === undefined) throw new Error(`models.aliases: ${trail.join(' -> ')} -> ${name}, ${this.missing(name)}`);
    return model;
  }

  private missing(name: string): string {
    const suggestions = similarNames(name, this.names.keys());
    return `which is not a known model${suggestions.length > 0 ? `; did you mean ${suggestions.join(', ')}?` : ''}`;
  }
}

function withoutThinking(name: string): string {
  return name.endsWith(THINKING_SUFFIX) ? name.slice(0, -THINKING_SUFFIX.length) : '';
}

/** Returns the model with thinking enabled by its name; undefined if it is no Claude model that can think. */
function thinking(model: NamedModel | undefined): NamedModel | undefined {
  return model === undefined || model.card.rules.thinking === null ? undefined : { ...model, thinkingByName: true };
}

/** Parses an id. Returns undefined if an ARN's region is invalid, because the region becomes part of a host name. */
function callableId(text: string): BedrockId | undefined {
  const id = parseBedrockId(text);
  return id?.region === undefined || regionPattern.test(id.region) ? id : undefined;
}
