import type { Model, Target } from '../../models/types/model.ts';

/** Kinds of profiles with quotas of their own (AWS, "Quotas for the bedrock-runtime endpoint", 2026-10). */
export type ProfileKind = 'geo' | 'global' | 'on-demand';

/** One quota, or several of the same place. An entry of the settings, or what Service Quotas told. */
export interface QuotaRule {
  /** Name or Bedrock id; `*`: all models of account and region together. */
  model: string;
  region?: string;
  /** One of bedrock.accounts, or empty: the gateway's own. */
  account?: string;
  profile?: ProfileKind;
  tokensPerMinute?: number;
  requestsPerMinute?: number;
  tokensPerDay?: number;
}

export type LimitName = 'tokensPerMinute' | 'requestsPerMinute' | 'tokensPerDay';

export const ANY_MODEL = '*';
/** The account of targets that name none; no account of the settings can be called so. */
export const GATEWAY_ACCOUNT = '';

/** Provisioned and imported models have capacity, not quotas of tokens (AWS user guide, 2026-11). */
const WITHOUT_QUOTA = /:(?:provisioned-model|imported-model|custom-model-deployment)\/|^arn:[^:]+:sagemaker:/;

/** Undefined where the ARN of an application profile hides it. */
export function profileKindOf({ profile }: Target): ProfileKind | undefined {
  if (profile === undefined || profile === 'global' || profile === 'on-demand') return profile;
  return 'geo';
}

export function hasQuotas({ modelId }: Target): boolean {
  return !WITHOUT_QUOTA.test(modelId);
}

/** Whether the rule is about this model called there. */
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

/** The rule that says most about the place; among equals the first. */
export function mostSpecificRule(rules: readonly QuotaRule[]): QuotaRule | undefined {
  let best: QuotaRule | undefined;
  for (const rule of rules) if (best === undefined || precision(rule) > precision(best)) best = rule;
  return best;
}

function precision({ region, account, profile }: QuotaRule): number {
  return Number(region !== undefined) + Number(account !== undefined) + Number(profile !== undefined);
}
