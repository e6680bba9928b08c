import type { BedrockConfig } from '../../config/gateway-config.ts';
import { parseBedrockId } from '../names/bedrock-id.ts';
import { geographyOf, GLOBAL_PREFIX, isKnownProfilePrefix, hasGlobalProfiles } from '../names/geography.ts';
import type { Model, Availability, Target } from '../types/model.ts';

/** Preferred kind of profile: `bedrock.profilePreference`. */
export type ProfilePreference = BedrockConfig['profilePreference'];

/** Profile of a target that is called by the model's bare id. */
const ON_DEMAND = 'on-demand';

/** Returns the target of a model in a region: `us.anthropic.…`, `global.anthropic.…` or the bare id. */
export function targetInRegion(
  model: Availability & Pick<Model, 'id'>,
  region: string,
  preference: ProfilePreference,
): Target {
  return targetOfProfile(model, region, profilesFor(model, region, preference)[0] ?? ON_DEMAND);
}

/**
 * Returns a target for each available profile of a model in a region, in the order of the preference. Only a data policy
 * can select another one than the first.
 */
export function targetsInRegion(
  model: Availability & Pick<Model, 'id'>,
  region: string,
  preference: ProfilePreference,
): Target[] {
  return profilesFor(model, region, preference).map((profile) => targetOfProfile(model, region, profile));
}

/** Returns the target of an id that the client or the settings chose. Its label omits the account of an ARN. */
export function targetForId(region: string, modelId: string, profile = profileOf(modelId)): Target {
  const resource = modelId.startsWith('arn:') ? modelId.split(':').slice(5).join(':') : modelId;
  return { id: `${region}/${resource}`, region, modelId, profile };
}

/** Returns true if the model can be called from the region, as far as is known. */
export function isReachable(reach: Availability, region: string, preference: ProfilePreference): boolean {
  return profilesFor(reach, region, preference).length > 0;
}

/** Fields of a target beyond its region and model. */
export type TargetPlacement = Pick<Target, 'account' | 'endpoint' | 'weight' | 'priority'>;

/**
 * Adds account, endpoint, weight and priority to a target. The label contains account and endpoint, because one model
 * can be called in several.
 */
export function placeTarget(target: Target, { account, endpoint, weight, priority }: TargetPlacement): Target {
  const host = endpoint === undefined ? '' : `@${new URL(endpoint).host}`;
  return {
    ...target,
    id: `${account === undefined ? '' : `${account}:`}${target.id}${host}`,
    ...(account !== undefined && { account }),
    ...(endpoint !== undefined && { endpoint }),
    ...(weight !== undefined && { weight }),
    ...(priority !== undefined && { priority }),
  };
}

function targetOfProfile({ id }: Pick<Model, 'id'>, region: string, profile: string): Target {
  return targetForId(region, profile === ON_DEMAND ? id : `${profile}.${id}`, profile);
}

function profileOf(modelId: string): string | undefined {
  const id = parseBedrockId(modelId);
  return id?.foundationId === undefined ? undefined : (id.prefix ?? ON_DEMAND);
}

/**
 * Returns the available profiles in the order of the preference. A model is called with the first one only, because a
 * failover from a geography to the global profile would move data without the operator's consent.
 */
function profilesFor({ prefixes, onDemand }: Availability, region: string, preference: ProfilePreference): string[] {
  // Prefixes that the table of geographies lacks come from the region's own listing, which contains only profiles that
  // the region can call.
  const knownPrefixes = geographyOf(region).filter((prefix) => prefixes.includes(prefix));
  const geographic = [...knownPrefixes, ...prefixes.filter((prefix) => !isKnownProfilePrefix(prefix))];
  const worldwide = prefixes.includes(GLOBAL_PREFIX) && hasGlobalProfiles(region) ? [GLOBAL_PREFIX] : [];
  const inRegion = onDemand ? [ON_DEMAND] : [];
  const order: Record<ProfilePreference, string[][]> = {
    geo: [geographic, inRegion, worldwide],
    global: [worldwide, geographic, inRegion],
    region: [inRegion, geographic, worldwide],
  };
  return order[preference].flat();
}
