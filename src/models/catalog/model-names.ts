import type { CustomModelConfig, ModelsConfig } from '../../config/gateway-config.ts';
import { regionPattern } from '../../config/sections/region.ts';
import { modelsWithAccount } from '../account/account-models.ts';
import { type Account, type AccountProfile, availabilityOf } from '../account/account.ts';
import { type BedrockId, parseBedrockId } from '../names/bedrock-id.ts';
import { geographyOf } from '../names/geography.ts';
import type { Model, Target } from '../types/model.ts';
import { similarNames } from '../names/similar-names.ts';
import { targetForId } from './targets.ts';
import { unlistedModel } from '../rules/unlisted-models.ts';

/** What a name stands for, before anybody asks whether the model still lives. */
export interface NamedModel {
  /** The name without its `-thinking`. */
  name: string;
  card: Model;
  /** Where the name itself says to go: an id, an ARN, a custom model. */
  target?: Target;
  thinkingByName: boolean;
  /** The name asked for the long context (`[1m]`). */
  longContext?: true;
  /** Whoever may use the model may not thereby use this: an application profile is paid for by whom it was made for. */
  isOnlyItself?: true;
  /** The name is a Bedrock id, profile id or ARN. */
  isId?: boolean;
}

/** What names are made from. */
export interface NameSources {
  settings: ModelsConfig;
  /** Where calls go that name no region. */
  region: string;
  /** Further regions of the own account, in which profiles of other geographies are called. */
  furtherRegions?: readonly string[];
  /** What discovery found. */
  account?: Account;
}

/** Makes any Claude that can think do so: `claude-sonnet-4-6-thinking`. */
export const THINKING_SUFFIX = '-thinking';

/**
 * All names of all models: the table's, what the account has beyond it, then the settings' own, which win. Built once;
 * a look-up costs the same however many there are. The constructor throws for aliases that lead nowhere or in circles.
 */
export class ModelNames {
  /** Public names: of the table first, then those of the settings. Dated aliases are left out. */
  readonly listed: ReadonlySet<string>;
  /** The same, each name of a model that can think followed by its thinking alias. */
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
    const thinkers = new Set([...this.cards.values()].flatMap((card) => (card.rules.thinking ? [card.name] : [])));
    this.listedWithThinking = new Set(
      [...this.listed].flatMap((name) => (thinkers.has(name) ? [name, `${name}${THINKING_SUFFIX}`] : [name])),
    );
  }

  /** A public name, an alias or a custom model, `-thinking` or not. */
  byName(name: string): NamedModel | undefined {
    return this.names.get(name) ?? thinking(this.names.get(withoutThinking(name)));
  }

  /** A Bedrock id, profile id or ARN, listed in the table or not; undefined for what is none of these. */
  byId(text: string): NamedModel | undefined {
    const custom = this.customIds.get(text);
    if (custom !== undefined) return custom;
    return this.byKnownId(text) ?? thinking(this.byKnownId(withoutThinking(text))) ?? this.byUnlistedId(text);
  }

  private byKnownId(text: string): NamedModel | undefined {
    const profile = this.account?.profiles.get(text);
    return profile === undefined ? this.byListedId(text) : this.byProfile(text, profile);
  }

  /** Of an application profile only the account's listing says which model it is. */
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
    // Bedrock refuses the bare id of a model that only answers through profiles: choose one as for a name.
    const isPlain = id.prefix === undefined && id.resource === undefined;
    const region = id.region ?? this.regionFor(id.prefix);
    const isCallable = !isPlain || availabilityOf(card, region, this.account).onDemand;
    const at = isCallable ? targetForId(region, text) : undefined;
    return { name: text, card, target: at, thinkingByName: false, isId: true };
  }

  /** Bedrock takes a geography's profiles in the regions of that geography only. */
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

  private addCustom({ name, id, rulesOf, region }: CustomModelConfig): void {
    const known = this.byName(rulesOf) ?? this.byListedId(rulesOf);
    if (known === undefined)
      throw new Error(`models.custom: "${name}" has rulesOf "${rulesOf}", ${this.missing(rulesOf)}`);
    if (this.customIds.has(id) || [...this.customIds.values()].some((other) => other.name === name)) {
      throw new Error(`models.custom: "${name}" (${id}) is there twice; names and ids have to differ`);
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
        price,
        lifecycle: {},
      },
      target: targetForId(region ?? parsed?.region ?? this.region, id, this.account?.profiles.get(id)?.profile),
      thinkingByName: false,
    };
    this.customIds.set(id, custom);
    this.names.set(name, custom);
  }

  /** `trail` is the chain of aliases that led here. */
  private followAlias(name: string, trail: readonly string[]): NamedModel {
    if (trail.includes(name)) throw new Error(`models.aliases go in a circle: ${[...trail, name].join(' -> ')}`);
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
    const guesses = similarNames(name, this.names.keys());
    return `which is no model this gateway knows${guesses.length > 0 ? `; did you mean ${guesses.join(', ')}?` : ''}`;
  }
}

function withoutThinking(name: string): string {
  return name.endsWith(THINKING_SUFFIX) ? name.slice(0, -THINKING_SUFFIX.length) : '';
}

/** The same model, asked to think by its name; undefined where the model is no Claude that can. */
function thinking(model: NamedModel | undefined): NamedModel | undefined {
  return model === undefined || model.card.rules.thinking === null ? undefined : { ...model, thinkingByName: true };
}

/** Clients name ARNs, and the region of one becomes part of a host name: where it is none, there is no such model. */
function callableId(text: string): BedrockId | undefined {
  const id = parseBedrockId(text);
  return id?.region === undefined || regionPattern.test(id.region) ? id : undefined;
}
