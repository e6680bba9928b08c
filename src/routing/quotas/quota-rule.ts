import type { Model, Target } from '../../models/types/model.ts';

/** Kinds of inference profiles with separate quotas (AWS, "Quotas for the bedrock-runtime endpoint", 2026-10). */
export type ProfileKind = 'geo' | 'global' | 'on-demand';

/**
 * Limits for a model, region, account and kind of profile, from the settings or from Service Quotas. Absent fields match any
 * value.
 */
export interface QuotaRule {
  /** Name or Bedrock id of a model. `*`: all models of the account and region together. */
  model: string;
  region?: string;
  /** Name in `bedrock.accounts`; empty for the gateway's own account. */
  account?: string;
  profile?: ProfileKind;
  tokensPerMinute?: number;
  requestsPerMinute?: number;
  tokensPerDay?: number;
}

export type LimitName = 'tokensPerMinute' | 'requestsPerMinute' | 'tokensPerDay';

export const ANY_MODEL = '*';
/** Account of targets without one. No account of the settings can have this name. */
export const GATEWAY_ACCOUNT = '';

/**
 * Ids of models without quotas: provisioned and imported models have capacity instead of token quotas (AWS user guide,
 * 2026-11).
 */
const WITHOUT_QUOTA = /:(?:provisioned-model|imported-model|custom-model-deployment)\/|^arn:[^:]+:sagemaker:/;

/** Returns the kind of profile of a target; undefined if the ARN of an application profile hides it. */
export function profileKindOf({ profile }: Target): ProfileKind | undefined {
  if (profile === undefined || profile === 'global' || profile === 'on-demand') return profile;
  return 'geo';
}

/** Returns false for provisioned and imported models. */
export function hasQuotas({ modelId }: Target): boolean {
  return !WITHOUT_QUOTA.test(modelId);
}

/** Returns true if the rule applies to calls of this model at this target. */
export function appliesTo(rule: QuotaRule, target: Target, model: Model): boolean {
  return (
    (rule.model === ANY_MODEL || isNamed(rule.model, model)) &&
    (rule.region === undefined || rule.region === target.region) &&
    (rule.account === undefined || rule.account === (target.account ?? GATEWAY_ACCOUNT)) &&
    (rule.profile === undefined || rule.profile === profileKindOf(target))
  );
}

function isNamed(name: string, model: Model): boolean {
  return name === model.name || name === model.id || model.aliases.includes(name);
}

/** Returns the rule that restricts the most fields; the first one among equals. */
export function mostSpecificRule(rules: readonly QuotaRule[]): QuotaRule | undefined {
  let best: QuotaRule | undefined;
  for (const rule of rules) if (best === undefined || precision(rule) > precision(best)) best = rule;
  return best;
}

function precision({ region, account, profile }: QuotaRule): number {
  return Number(region !== undefined) + Number(account !== undefined) + Number(profile !== undefined);
}
