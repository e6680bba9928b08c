import type { Model, Target } from '../models/types/model.ts';
import { type LimitName, GATEWAY_ACCOUNT, type ProfileKind, type QuotaRule } from '../routing/quotas/quota-rule.ts';
import type { ServiceQuota } from '../bedrock/control-plane/service-quotas.ts';

/**
 * Names of the quotas that apply to bedrock-runtime (Service Quotas, 2026-10):
 * - "Global cross-region model inference tokens per minute for Anthropic Claude Opus 5"
 * - "Cross-Region InvokeModel tokens per minute for …"
 * - "On-demand model inference requests per minute for …"
 *
 * The pattern does not match quotas of batches, latency-optimized inference, bedrock-mantle or
 * single directions ("input tokens").
 */
const PER_MODEL =
  /^(global cross-region|cross-region|on-demand)?\s*(?:model inference|invokemodel)\s+(tokens|requests) per (minute|day) for (.+)$/i;
/**
 * Daily quota of one model. On 2026-09-21, AWS replaced these quotas by one for all models. Geographic profiles had twice
 * the value.
 */
const PER_DAY = /^model invocation max tokens per day for (.+?)( \(doubled for cross-region calls\))?$/i;
/** A variant of a model with a separate quota. A request selects it by a header that the gateway does not send. */
const VARIANT = /context length/i;

/**
 * Vendor names and suffixes that occur in some names of a model and not in others, and that never distinguish two models.
 */
const IGNORED_TOKENS = new Set(
  [
    'amazon',
    'anthropic',
    'meta',
    'mistral',
    'deepseek',
    'openai',
    'writer',
    'moonshot',
    'moonshotai',
    'zai',
    'xai',
  ].concat(['minimax', 'nvidia', 'google', 'ai', 'instruct', 'v1']),
);

/**
 * Returns the rules for quotas whose name contains exactly one model of `models`. Skips quotas of value 0, which Bedrock
 * enforces by itself.
 */
export function quotaRulesFrom(
  quotas: readonly ServiceQuota[],
  models: readonly Model[],
  { region, account }: Pick<Target, 'region' | 'account'>,
): QuotaRule[] {
  const names = new Map<string, string | undefined>();
  for (const { name, displayName } of models) {
    for (const key of new Set([nameKeyOf(name), nameKeyOf(displayName)])) {
      // Two models with the same name: the quota cannot be assigned to either of them.
      names.set(key, names.has(key) && names.get(key) !== name ? undefined : name);
    }
  }
  return quotas.flatMap((quota) => {
    const { value } = quota;
    if (!(value >= 1)) return [];
    return readName(quota.name).flatMap(({ model, profile, limit, factor }) => {
      const name = names.get(nameKeyOf(model));
      return name === undefined
        ? []
        : [{ model: name, region, account: account ?? GATEWAY_ACCOUNT, profile, [limit]: value * factor }];
    });
  });
}

interface NamedQuota {
  model: string;
  profile: ProfileKind;
  limit: LimitName;
  factor: number;
}

function readName(name: string): NamedQuota[] {
  if (VARIANT.test(name)) return [];
  const daily = PER_DAY.exec(name);
  if (daily !== null) {
    const [, model = '', doubled] = daily;
    const limit = 'tokensPerDay' as const;
    return [
      { model, profile: 'on-demand', limit, factor: 1 },
      { model, profile: 'geo', limit, factor: doubled === undefined ? 1 : 2 },
    ];
  }
  const [, scope, unit = '', period = '', model = ''] = PER_MODEL.exec(name) ?? [];
  const limit = limitOf(unit.toLowerCase(), period.toLowerCase());
  return limit === undefined ? [] : [{ model, profile: profileOf(scope), limit, factor: 1 }];
}

function limitOf(unit: string, period: string): LimitName | undefined {
  if (unit === 'tokens') return period === 'minute' ? 'tokensPerMinute' : 'tokensPerDay';
  return unit === 'requests' && period === 'minute' ? 'requestsPerMinute' : undefined;
}

function profileOf(scope = 'on-demand'): ProfileKind {
  if (/^global/i.test(scope)) return 'global';
  return /^cross/i.test(scope) ? 'geo' : 'on-demand';
}

/**
 * Returns a key that is equal for all spellings of a model: "Anthropic Claude Sonnet 4.5 V1" and `claude-sonnet-4-5` have
 * the same one.
 */
function nameKeyOf(name: string): string {
  const tokens = name
    .toLowerCase()
    // The version in `sonnet-4-5` is 4.5, the version in `llama3-1` is 3.1.
    .replace(/(\d)-(?=\d{1,2}(?:-|$))/g, '$1.')
    .replace(/([a-z]{4,})(?=\d)/g, '$1 ')
    .split(/[\s-]+/)
    .filter((token) => token !== '' && !IGNORED_TOKENS.has(token));
  return [...new Set(tokens)].sort().join(' ');
}
