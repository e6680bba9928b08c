import type { BedrockConfig } from '../../config/gateway-config.ts';
import { parseBedrockId } from '../names/bedrock-id.ts';
import { geographyOf, GLOBAL_PREFIX, isKnownProfilePrefix, hasGlobalProfiles } from '../names/geography.ts';
import type { Model, Availability, Target } from '../types/model.ts';

export type ProfilePreference = BedrockConfig['profilePreference'];

/** The profile of a target that is called by the bare id of its model. */
const ON_DEMAND = 'on-demand';

/** How Bedrock wants the model called from a region: `us.anthropic.…`, `global.anthropic.…` or the bare id. */
export function targetInRegion(
  model: Availability & Pick<Model, 'id'>,
  region: string,
  preference: ProfilePreference,
): Target {
  const profile = profileFor(model, region, preference) ?? ON_DEMAND;
  return targetForId(region, profile === ON_DEMAND ? model.id : `${profile}.${model.id}`, profile);
}

/** A target for an id the caller or the settings chose; the label leaves out the account of an ARN. */
export function targetForId(region: string, modelId: string, profile = profileOf(modelId)): Target {
  const resource = modelId.startsWith('arn:') ? modelId.split(':').slice(5).join(':') : modelId;
  return { id: `${region}/${resource}`, region, modelId, profile };
}

/** Whether the model can be called from the region at all, as far as is known. */
export function isReachable(reach: Availability, region: string, preference: ProfilePreference): boolean {
  return profileFor(reach, region, preference) !== undefined;
}

/** Where a target is besides its region, and when it is its turn. */
export type TargetPlacement = Pick<Target, 'account' | 'endpoint' | 'weight' | 'priority'>;

/** The target in its place; its label tells account and endpoint, since the same model may be called in several. */
export function placeTarget(at: Target, { account, endpoint, weight, priority }: TargetPlacement): Target {
  const host = endpoint === undefined ? '' : `@${new URL(endpoint).host}`;
  return {
    ...at,
    id: `${account === undefined ? '' : `${account}:`}${at.id}${host}`,
    ...(account !== undefined && { account }),
    ...(endpoint !== undefined && { endpoint }),
    ...(weight !== undefined && { weight }),
    ...(priority !== undefined && { priority }),
  };
}

function profileOf(modelId: string): string | undefined {
  const id = parseBedrockId(modelId);
  return id?.foundationId === undefined ? undefined : (id.prefix ?? ON_DEMAND);
}

/**
 * The first that exists, in the order of the preference. One only: to fail over from a geography to the whole world
 * would move data out of it without anybody having said so. Undefined where the model is not known to be reached.
 */
function profileFor(
  { prefixes, onDemand }: Availability,
  region: string,
  preference: ProfilePreference,
): string | undefined {
  // A geography younger than our list is the region's own: listings name profiles that the region can call.
  const known = geographyOf(region).filter((prefix) => prefixes.includes(prefix));
  const geographic = [...known, ...prefixes.filter((prefix) => !isKnownProfilePrefix(prefix))];
  const worldwide = prefixes.includes(GLOBAL_PREFIX) && hasGlobalProfiles(region) ? [GLOBAL_PREFIX] : [];
  const inRegion = onDemand ? [ON_DEMAND] : [];
  const order: Record<ProfilePreference, string[][]> = {
    geo: [geographic, inRegion, worldwide],
    global: [worldwide, geographic, inRegion],
    region: [inRegion, geographic, worldwide],
  };
  return order[preference].flat()[0];
}
