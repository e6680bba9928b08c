import type { Model, Target } from '../models/types/model.ts';
import { type LimitName, GATEWAY_ACCOUNT, type ProfileKind, type QuotaRule } from '../routing/quotas/quota-rule.ts';
import type { ServiceQuota } from '../bedrock/control-plane/service-quotas.ts';

/**
 * Names of the quotas that hold for bedrock-runtime, as of 2026-10 and before: "Global cross-region model inference
 * tokens per minute for Anthropic Claude Opus 5", "Cross-Region InvokeModel tokens per minute for …", "On-demand model
 * inference requests per minute for …". Those of batches, latency-optimized inference, bedrock-mantle and single
 * directions ("input tokens") do not fit.
 */
const PER_MODEL =
  /^(global cross-region|cross-region|on-demand)?\s*(?:model inference|invokemodel)\s+(tokens|requests) per (minute|day) for (.+)$/i;
/** For a day, until AWS joined the models in one quota on 2026-09-21; profiles of a geography had twice as much. */
const PER_DAY = /^model invocation max tokens per day for (.+?)( \(doubled for cross-region calls\))?$/i;
/** A variant with a quota of its own, which requests ask for by a header that we do not send. */
const VARIANT = /context length/i;

/** Whose model it is: these words stand in some names and not in others. `v1` means no more than that there was one. */
const WORDS_WITHOUT_MEANING = new Set(
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

/** Rules for the quotas that name a model we know; what is 0 is left to Bedrock to say. */
export function quotaRulesFrom(
  quotas: readonly ServiceQuota[],
  models: readonly Model[],
  { region, account }: Pick<Target, 'region' | 'account'>,
): QuotaRule[] {
  const names = new Map<string, string | undefined>();
  for (const { name, displayName } of models) {
    for (const words of new Set([wordsOf(name), wordsOf(displayName)])) {
      // Two models of one name: neither of them is meant for certain.
      names.set(words, names.has(words) && names.get(words) !== name ? undefined : name);
    }
  }
  return quotas.flatMap((quota) => {
    const { value } = quota;
    if (!(value >= 1)) return [];
    return readName(quota.name).flatMap(({ model, profile, limit, factor }) => {
      const name = names.get(wordsOf(model));
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

/** "Anthropic Claude Sonnet 4.5 V1" and `claude-sonnet-4-5` are the same words in another order. */
function wordsOf(name: string): string {
  const words = name
    .toLowerCase()
    // Of `sonnet-4-5` and `llama3-1`, the version is 4.5 and 3.1.
    .replace(/(\d)-(?=\d{1,2}(?:-|$))/g, '$1.')
    .replace(/([a-z]{4,})(?=\d)/g, '$1 ')
    .split(/[\s-]+/)
    .filter((word) => word !== '' && !WORDS_WITHOUT_MEANING.has(word));
  return [...new Set(words)].sort().join(' ');
}
