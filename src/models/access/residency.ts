import { arnLocationOf } from '../../config/configured-locations.ts';
import type { BedrockConfig } from '../../config/gateway-config.ts';
import type { ModelAccess, ResidencyRule } from '../../request/caller.ts';
import { parseBedrockId } from '../names/bedrock-id.ts';
import { GLOBAL_PREFIX, homeGeographyOf, isKnownProfilePrefix, wideGeographyOf } from '../names/geography.ts';
import type { Target } from '../types/model.ts';

/** Name of the gateway's own account in a rule. */
const OWN_ACCOUNT = 'own';
/** Profile of a target that is called by the model's bare id. A rule can list it among its profiles. */
const ON_DEMAND = 'on-demand';

/** Applies the data policies of callers to the targets of one catalog. */
export class TargetResidency {
  /** Names of accounts, as rules list them, by AWS account id. */
  private readonly accountNames = new Map<string, string[]>();
  /** Lists of targets that callers may use. Lists of the settings live as long as the catalog. */
  private readonly allowedLists = new WeakMap<ModelAccess, WeakMap<readonly Target[], readonly Target[]>>();

  /** `ownAccountId`: id of the gateway's account, if the discovery has found it. */
  constructor({ accountId, accounts }: Pick<BedrockConfig, 'accountId' | 'accounts'>, ownAccountId?: string) {
    const roles = accounts.map(({ name, roleArn }) => [arnLocationOf(roleArn)?.account, name] as const);
    for (const [id, name] of [[accountId, OWN_ACCOUNT] as const, [ownAccountId, OWN_ACCOUNT] as const, ...roles]) {
      if (id !== undefined) this.accountNames.set(id, [...(this.accountNames.get(id) ?? []), name]);
    }
  }

  /**
   * Returns the targets that meet all rules: the same list if all do, and the same result for the same lists. Another profile
   * of the same place replaces a target that does not meet them. `alternativesOf` returns the targets of these profiles.
   */
  allowed(
    access: ModelAccess,
    targets: readonly Target[],
    alternativesOf: (target: Target) => readonly Target[],
  ): readonly Target[] {
    if (access.residency.length === 0) return targets;
    let lists = this.allowedLists.get(access);
    if (lists === undefined) this.allowedLists.set(access, (lists = new WeakMap()));
    let allowed = lists.get(targets);
    if (allowed === undefined) {
      const meets = (target: Target): boolean => access.residency.every((rule) => this.allows(rule, target));
      const meeting = targets.flatMap((target) =>
        meets(target) ? [target] : (alternativesOf(target).find(meets) ?? []),
      );
      allowed = targets.every((target, at) => target === meeting[at]) ? targets : meeting;
      lists.set(targets, allowed);
    }
    return allowed;
  }

  /** Returns the first rule that no target meets together with the rules before it. */
  rejectingRule({ residency }: ModelAccess, targets: readonly Target[]): ResidencyRule | undefined {
    let left = targets;
    for (const rule of residency) {
      left = left.filter((target) => this.allows(rule, target));
      if (left.length === 0) return rule;
    }
    return undefined;
  }

  private allows(rule: ResidencyRule, target: Target): boolean {
    return this.allowsAccounts(rule, target) && allowsProfile(rule, target) && allowsGeography(rule, target);
  }

  /** Returns true for an allowed account of the call, and of the ARN if the target has one. */
  private allowsAccounts({ accounts, profiles }: ResidencyRule, target: Target): boolean {
    if (accounts === undefined) return true;
    if (!accounts.includes(target.account ?? OWN_ACCOUNT)) return false;
    const id = arnLocationOf(target.modelId)?.account ?? '';
    if (id === '' || (profiles !== undefined && namesTarget(profiles, target))) return true;
    return this.accountNames.get(id)?.some((name) => accounts.includes(name)) ?? false;
  }
}

/**
 * Returns the rule that forbids an operation without an inference profile in a region of the gateway's own account, such as
 * ApplyGuardrail; undefined if all rules allow it.
 */
export function ruleAgainstRegion({ residency }: ModelAccess, region: string): ResidencyRule | undefined {
  return residency.find((rule) => !(rule.accounts?.includes(OWN_ACCOUNT) ?? true) || !allowsRegion(rule, region));
}

/**
 * Returns the targets at which CountTokens may count. It takes no inference profile, so AWS processes the prompt in the
 * region of the call. A profile that runs in all regions implies that region.
 */
export function countingTargets(access: ModelAccess | undefined, targets: readonly Target[]): readonly Target[] {
  if (access === undefined || access.residency.length === 0) return targets;
  return targets.filter(
    ({ region, profile }) => profile === GLOBAL_PREFIX || access.residency.every((rule) => allowsRegion(rule, region)),
  );
}

function allowsProfile({ profiles }: ResidencyRule, target: Target): boolean {
  if (profiles === undefined) return true;
  if (namesTarget(profiles, target)) return true;
  const profile = calledProfileOf(target);
  return profile !== undefined && profiles.includes(profile);
}

function allowsGeography({ geographies, profiles }: ResidencyRule, target: Target): boolean {
  if (geographies === undefined) return true;
  const profile = calledProfileOf(target);
  // Without the discovery, only its operator knows where an application profile runs.
  if (profile === undefined) return profiles !== undefined && namesTarget(profiles, target);
  return profile === ON_DEMAND ? containsRegion(geographies, target.region) : containsProfile(geographies, profile);
}

function allowsRegion({ geographies, profiles }: ResidencyRule, region: string): boolean {
  if (geographies !== undefined) return containsRegion(geographies, region);
  if (profiles === undefined || profiles.includes(ON_DEMAND)) return true;
  return containsRegion(profiles, region);
}

/** Returns true if a list has the geography of a region, or the region itself. */
function containsRegion(geographies: readonly string[], region: string): boolean {
  return geographies.includes(region) || homeGeographyOf(region).some((geography) => geographies.includes(geography));
}

function containsProfile(geographies: readonly string[], profile: string): boolean {
  const wide = wideGeographyOf(profile);
  return geographies.includes(profile) || (wide !== undefined && geographies.includes(wide));
}

/** Returns true if a list has the id or ARN of a target. */
function namesTarget(profiles: readonly string[], { modelId }: Target): boolean {
  return profiles.includes(modelId);
}

/**
 * Returns the profile of a target; undefined if it is unknown. A bare id whose vendor is a geography is the id of a profile
 * that the pattern of ids does not recognize.
 */
function calledProfileOf({ modelId, profile }: Target): string | undefined {
  if (profile !== ON_DEMAND) return profile;
  const vendor = parseBedrockId(modelId)?.foundationId?.split('.')[0] ?? '';
  return vendor.length === 2 || isKnownProfilePrefix(vendor) ? undefined : profile;
}
