import type { BedrockConfig } from '../config/gateway-config.ts';
import { geographyOf, reachesGlobal } from './geography.ts';
import type { ModelCard, Target } from './model.ts';

export type ProfilePreference = BedrockConfig['profiles'];

/** Without `bedrock.region` the settings' loader found no region anywhere either. */
export const DEFAULT_REGION = 'us-east-1';

/** How Bedrock wants the model called from a region: `us.anthropic.…`, `global.anthropic.…` or the bare id. */
export function targetOf(card: ModelCard, region: string, preference: ProfilePreference): Target {
  return target(region, modelIdOf(card, region, preference));
}

/** A target for an id the caller or the settings chose; the label leaves out the account of an ARN. */
export function target(region: string, modelId: string): Target {
  const resource = modelId.startsWith('arn:') ? modelId.split(':').slice(5).join(':') : modelId;
  return { id: `${region}/${resource}`, region, modelId };
}

/**
 * The first that exists, in the order of the preference. One target only: to fail over from a geography to the
 * whole world would move data out of it without anybody having said so.
 */
function modelIdOf(card: ModelCard, region: string, preference: ProfilePreference): string {
  const geographic = geographyOf(region)
    .filter((prefix) => card.prefixes.includes(prefix))
    .map((prefix) => `${prefix}.${card.id}`);
  const worldwide = card.prefixes.includes('global') && reachesGlobal(region) ? [`global.${card.id}`] : [];
  const inRegion = card.onDemand ? [card.id] : [];
  const order: Record<ProfilePreference, string[][]> = {
    geo: [geographic, inRegion, worldwide],
    global: [worldwide, geographic, inRegion],
    region: [inRegion, geographic, worldwide],
  };
  return order[preference].flat()[0] ?? card.id;
}
