import { expiryTime } from '../../config/settings/date-time.ts';
import type { Account } from '../account/account.ts';
import { parseBedrockId } from '../names/bedrock-id.ts';
import type { CatalogDeprecation, CatalogEntry, CatalogState } from '../types/catalog-entry.ts';
import type { ModelNames, NamedModel } from './model-names.ts';

/** Sources of the states. */
export interface CatalogStateSources {
  readonly entries: readonly CatalogEntry[];
  readonly names: ModelNames;
  readonly account?: Account;
  /** `catalog.enforce`: models without an entry are blocked. */
  readonly enforce: boolean;
}

/** What the entries of one model state together. The strictest entry applies. */
export interface ModelStanding {
  /** Undefined for a model without an entry. */
  readonly state: CatalogState | undefined;
  /** The entry that decides the state, for messages. */
  readonly entry?: CatalogEntry;
  /** Epoch milliseconds from which the model is blocked. */
  readonly endsAt: number;
  /** Lists of teams that must all contain the team of a caller. */
  readonly teams: readonly (readonly string[])[];
  /** Fields of response headers. Absent unless the model is deprecated. */
  readonly deprecation?: CatalogDeprecation;
}

const STRICTEST_FIRST: readonly CatalogState[] = ['blocked', 'preview', 'deprecated', 'approved'];
const WITHOUT_ENTRY: ModelStanding = { state: undefined, endsAt: Infinity, teams: [] };
/** Context size at the end of an id, such as the `:24k` of `amazon.nova-pro-v1:0:24k`. */
const CONTEXT_SIZE = /(:\d+):\w+$/;

/** The states of models in the catalog of the company, by every name of a model. */
export class CatalogStates {
  /** True if a model can be rejected or reported. False without entries and without `catalog.enforce`. */
  readonly isActive: boolean;
  readonly enforce: boolean;
  /** Models of entries that are neither names nor Bedrock ids. Such entries have no effect. */
  readonly unknownModels: readonly string[];
  private readonly standings = new Map<string, ModelStanding>();
  private readonly account: Account | undefined;

  constructor({ entries, names, account, enforce }: CatalogStateSources) {
    this.account = account;
    this.enforce = enforce;
    this.isActive = enforce || entries.length > 0;
    const byKey = new Map<string, CatalogEntry[]>();
    const unknown: string[] = [];
    for (const entry of entries) {
      const named = names.byName(entry.model) ?? names.byId(entry.model);
      if (named === undefined) {
        unknown.push(entry.model);
        continue;
      }
      // An entry of an application profile or a custom model does not apply to the model behind it.
      const [key] = this.keysOf(named);
      const others = byKey.get(key);
      if (others === undefined) byKey.set(key, [entry]);
      else others.push(entry);
    }
    this.unknownModels = unknown;
    for (const [key, own] of byKey) this.standings.set(key, standingOf(own));
  }

  /** Returns what the catalog states about a model, by the entries of the name itself and of its foundation model. */
  of(named: NamedModel): ModelStanding {
    const [key, further] = this.keysOf(named);
    const standing = this.standings.get(key);
    const behind = further === undefined ? undefined : this.standings.get(further);
    if (standing === undefined || behind === undefined) return standing ?? behind ?? WITHOUT_ENTRY;
    return stricterOf(standing, behind);
  }

  /**
   * Returns the keys of the entries that apply to a name. An application profile or a custom model has a separate key
   * before that of its foundation model, if that is known.
   */
  private keysOf({ name, card, target, isOnlyItself, isCustom }: NamedModel): readonly [key: string, behind?: string] {
    const called = isOnlyItself ? (target?.modelId ?? name) : card.id;
    const foundation = this.account?.profiles.get(called)?.foundationId ?? parseBedrockId(called)?.foundationId;
    const own = `own ${called}`;
    if (foundation === undefined) return [own];
    // Ids differ in case and context size only if a client invents them, or if the capacity is purchased.
    const key = foundation.toLowerCase().replace(CONTEXT_SIZE, '$1');
    return isOnlyItself || isCustom ? [own, key] : [key];
  }
}

function standingOf(entries: readonly CatalogEntry[]): ModelStanding {
  return entries.map(standingOfOne).reduce(stricterOf);
}

function standingOfOne(entry: CatalogEntry): ModelStanding {
  const { state, end, successor, teams } = entry;
  return {
    state,
    entry,
    // An invalid date counts as passed; the validation of the documents rejects it.
    endsAt: end === undefined ? Infinity : (expiryTime(end) ?? -Infinity),
    teams: teams === undefined ? [] : [teams],
    ...(state === 'deprecated' && {
      deprecation: { ...(end !== undefined && { end }), ...(successor !== undefined && { successor }) },
    }),
  };
}

function stricterOf(one: ModelStanding, other: ModelStanding): ModelStanding {
  const rank = ({ state }: ModelStanding): number => STRICTEST_FIRST.indexOf(state ?? 'approved');
  const [strict, mild] = rank(one) <= rank(other) ? [one, other] : [other, one];
  const first = strict.state === 'blocked' || strict.endsAt <= mild.endsAt ? strict : mild;
  return {
    ...strict,
    entry: first.entry,
    endsAt: Math.min(one.endsAt, other.endsAt),
    teams: [...one.teams, ...other.teams],
  };
}
