import { arnLocationOf } from '../../config/configured-locations.ts';
import { parseBedrockId } from '../names/bedrock-id.ts';
import type { Lifecycle, Model, Availability } from '../types/model.ts';

/** A foundation model, as `GET /foundation-models` lists it. */
export interface ListedModel {
  id: string;
  displayName: string;
  /** True if the model can be called by its bare id. */
  onDemand: boolean;
  /**
   * True if the model takes text and answers with text, also in streams. False for embedding, image, speech and ranking
   * models.
   */
  chats: boolean;
  /** True if the model accepts images. */
  images: boolean;
  status: 'active' | 'legacy';
  lifecycle: Lifecycle;
}

/** An active inference profile, as `GET /inference-profiles` lists it. */
export interface ListedProfile {
  kind: 'system' | 'application';
  /** Id, such as `eu.anthropic.claude-opus-5`. The id of an application profile is random. */
  id: string;
  arn: string;
  /** ARNs of the foundation model in each region in which the profile can run it. */
  modelArns: readonly string[];
}

/** Models and profiles that the control plane lists in one region. */
export interface AccountListing {
  region: string;
  models: readonly ListedModel[];
  profiles: readonly ListedProfile[];
}

/** The model that an inference profile calls. */
export interface AccountProfile {
  kind: ListedProfile['kind'];
  foundationId: string;
  /** Prefix of the system profile, as in `Target`. */
  profile?: string;
}

/** Models and profiles of an account in one region. Immutable: a newer listing creates a new object. */
export interface Account {
  /** AWS account id, from the ARNs of its profiles; absent if it has no profiles. */
  id?: string;
  region: string;
  /** Date of the listing, `YYYY-MM-DD`. */
  asOf: string;
  /** Models by foundation model id. */
  models: ReadonlyMap<string, ListedModel>;
  /** Availability of each listed model, by foundation model id. */
  reaches: ReadonlyMap<string, Availability>;
  /** Profiles by ARN. System profiles also by id. */
  profiles: ReadonlyMap<string, AccountProfile>;
}

/** Combines the models and profiles of a region. */
export function buildAccount(listing: AccountListing, now: Date): Account {
  const models = new Map(listing.models.map((model) => [model.id, model]));
  const profiles = new Map<string, AccountProfile>();
  const prefixes = new Map<string, string[]>();
  const prefixByModels = new Map<string, string>();
  for (const { id, arn, modelArns } of ofKind(listing, 'system')) {
    const foundationId = foundationIdOf(modelArns);
    if (foundationId === undefined || !id.endsWith(`.${foundationId}`)) continue;
    const prefix = id.slice(0, -foundationId.length - 1);
    prefixes.set(foundationId, [...(prefixes.get(foundationId) ?? []), prefix]);
    prefixByModels.set(fingerprint(modelArns), prefix);
    const profile: AccountProfile = { kind: 'system', foundationId, profile: prefix };
    profiles.set(id, profile).set(arn, profile);
  }
  for (const { arn, modelArns } of ofKind(listing, 'application')) {
    const foundationId = foundationIdOf(modelArns);
    if (foundationId === undefined) continue;
    profiles.set(arn, { kind: 'application', foundationId, profile: sourceProfileOf(modelArns, prefixByModels) });
  }
  const reaches = new Map<string, Availability>();
  for (const id of new Set([...models.keys(), ...prefixes.keys()])) {
    reaches.set(id, { prefixes: prefixes.get(id) ?? [], onDemand: models.get(id)?.onDemand ?? false });
  }
  const id = listing.profiles.map(({ arn }) => arnLocationOf(arn)?.account).find((found) => !!found);
  return {
    ...(id !== undefined && { id }),
    region: listing.region,
    asOf: now.toISOString().slice(0, 10),
    models,
    reaches,
    profiles,
  };
}

/**
 * Returns how a model can be called from a region. The account's listing is used for its own region and the models it
 * contains, the table for all others. A listing can be incomplete, so a missing model is not rejected: Bedrock's own
 * error is more accurate.
 */
export function availabilityOf(card: Model, region: string, account: Account | undefined): Availability {
  return (account?.region === region ? account.reaches.get(card.id) : undefined) ?? card;
}

function ofKind({ profiles }: AccountListing, kind: ListedProfile['kind']): ListedProfile[] {
  return profiles.filter((profile) => profile.kind === kind);
}

/** Returns the foundation model id of all ARNs; undefined if they name several models, whose rules would differ. */
function foundationIdOf(modelArns: readonly string[]): string | undefined {
  const ids = new Set(modelArns.map((arn) => parseBedrockId(arn)?.foundationId));
  return ids.size === 1 ? [...ids][0] : undefined;
}

/**
 * Returns the profile that an application profile was created from, which determines its price but is not listed. A
 * copy of a system profile runs in the same regions, a copy of a foundation model in one.
 */
function sourceProfileOf(
  modelArns: readonly string[],
  prefixByModels: ReadonlyMap<string, string>,
): string | undefined {
  return prefixByModels.get(fingerprint(modelArns)) ?? (modelArns.length === 1 ? 'on-demand' : undefined);
}

function fingerprint(modelArns: readonly string[]): string {
  return modelArns.toSorted().join(' ');
}
