import { arnPlaceOf } from '../../config/configured-places.ts';
import { parseBedrockId } from '../names/bedrock-id.ts';
import type { Lifecycle, Model, Availability } from '../types/model.ts';

/** A foundation model as `GET /foundation-models` lists it. */
export interface ListedModel {
  id: string;
  displayName: string;
  /** Can be called by its bare id. */
  onDemand: boolean;
  /** Takes text and answers with text, also in streams; embedding, image, speech and ranking models do not. */
  chats: boolean;
  /** Reads images. */
  images: boolean;
  status: 'active' | 'legacy';
  lifecycle: Lifecycle;
}

/** An active inference profile as `GET /inference-profiles` lists it. */
export interface ListedProfile {
  kind: 'system' | 'application';
  /** `eu.anthropic.claude-opus-5`; of an application profile a random word. */
  id: string;
  arn: string;
  /** The foundation models behind it: one model, in each region it may run in. */
  modelArns: readonly string[];
}

/** What the control plane lists in one region. */
export interface AccountListing {
  region: string;
  models: readonly ListedModel[];
  profiles: readonly ListedProfile[];
}

/** What a profile's id or ARN leads to. */
export interface AccountProfile {
  kind: ListedProfile['kind'];
  foundationId: string;
  /** As in `Target`. */
  profile?: string;
}

/** What an account has in one region. Immutable: a newer listing makes another one. */
export interface Account {
  /** AWS account id, as the ARNs of its profiles give it; absent where it has no profiles. */
  id?: string;
  region: string;
  /** Day of the listing, `YYYY-MM-DD`. */
  asOf: string;
  /** By foundation model id. */
  models: ReadonlyMap<string, ListedModel>;
  /** How each model that the listing mentions can be called, by foundation model id. */
  reaches: ReadonlyMap<string, Availability>;
  /** By ARN; system profiles by their id, too. */
  profiles: ReadonlyMap<string, AccountProfile>;
}

/** Joins the three listings of a region. */
export function buildAccount(listing: AccountListing, now: Date): Account {
  const models = new Map(listing.models.map((model) => [model.id, model]));
  const profiles = new Map<string, AccountProfile>();
  const prefixes = new Map<string, string[]>();
  const copied = new Map<string, string>();
  for (const { id, arn, modelArns } of ofKind(listing, 'system')) {
    const foundationId = foundationIdOf(modelArns);
    if (foundationId === undefined || !id.endsWith(`.${foundationId}`)) continue;
    const prefix = id.slice(0, -foundationId.length - 1);
    prefixes.set(foundationId, [...(prefixes.get(foundationId) ?? []), prefix]);
    copied.set(fingerprint(modelArns), prefix);
    const profile: AccountProfile = { kind: 'system', foundationId, profile: prefix };
    profiles.set(id, profile).set(arn, profile);
  }
  for (const { arn, modelArns } of ofKind(listing, 'application')) {
    const foundationId = foundationIdOf(modelArns);
    if (foundationId === undefined) continue;
    profiles.set(arn, { kind: 'application', foundationId, profile: profileBehind(modelArns, copied) });
  }
  const reaches = new Map<string, Availability>();
  for (const id of new Set([...models.keys(), ...prefixes.keys()])) {
    reaches.set(id, { prefixes: prefixes.get(id) ?? [], onDemand: models.get(id)?.onDemand ?? false });
  }
  const id = listing.profiles.map(({ arn }) => arnPlaceOf(arn)?.account).find((found) => !!found);
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
 * How a model can be called from a region. The listing decides about its own region and the models it mentions;
 * for all else the table does: a listing that leaves a model out may just be incomplete, and Bedrock's own refusal
 * says more than ours could.
 */
export function availabilityOf(card: Model, region: string, account: Account | undefined): Availability {
  return (account?.region === region ? account.reaches.get(card.id) : undefined) ?? card;
}

function ofKind({ profiles }: AccountListing, kind: ListedProfile['kind']): ListedProfile[] {
  return profiles.filter((profile) => profile.kind === kind);
}

/** The model that all ARNs name; undefined where they name several, whose rules would differ. */
function foundationIdOf(modelArns: readonly string[]): string | undefined {
  const ids = new Set(modelArns.map((arn) => parseBedrockId(arn)?.foundationId));
  return ids.size === 1 ? [...ids][0] : undefined;
}

/**
 * An application profile is made from a system profile or from a foundation model and hides which; its price depends
 * on it. The copy of a system profile runs in the same regions, that of a model in one.
 */
function profileBehind(modelArns: readonly string[], copied: ReadonlyMap<string, string>): string | undefined {
  return copied.get(fingerprint(modelArns)) ?? (modelArns.length === 1 ? 'on-demand' : undefined);
}

function fingerprint(modelArns: readonly string[]): string {
  return modelArns.toSorted().join(' ');
}
