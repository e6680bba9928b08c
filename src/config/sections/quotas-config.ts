import { flag, listOf, textMatching, oneOf, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';
import { regionPattern, regionDescription } from './region.ts';

const withoutSpaces = /^\S+$/;
const maxTokens = Number.MAX_SAFE_INTEGER;

export class QuotaConfig {
  @Setting(
    'Name or Bedrock id of a model; "*" for all models of the account and region together.',
    textMatching(withoutSpaces, 'the name of a model or "*"'),
  )
  model: string;

  @OptionalSetting(
    'Region of the quota. Default: the quota applies to each region separately.',
    textMatching(regionPattern, regionDescription),
  )
  region?: string;

  @OptionalSetting(
    'Account in bedrock.accounts. Default: the quota applies to each account separately.',
    textMatching(withoutSpaces, 'a name without spaces'),
  )
  account?: string;

  @OptionalSetting(
    'Kind of inference profile, each of which has separate quotas. Default: the quota applies to each kind separately.',
    oneOf('geo', 'global', 'on-demand'),
  )
  profile?: 'geo' | 'global' | 'on-demand';

  @OptionalSetting('Tokens per minute as Service Quotas lists them.', wholeNumber({ min: 1, max: maxTokens }))
  tokensPerMinute?: number;

  @OptionalSetting(
    'Requests per minute, for models that still have such a quota.',
    wholeNumber({ min: 1, max: maxTokens }),
  )
  requestsPerMinute?: number;

  @OptionalSetting('Tokens per day (UTC).', wholeNumber({ min: 1, max: maxTokens }))
  tokensPerDay?: number;
}

export class QuotasConfig {
  @Setting('Quotas of the accounts. The most specific entry for a target applies.', listOf(QuotaConfig))
  limits: QuotaConfig[] = [];

  @Setting(
    'Lists quotas that are not in limits from Service Quotas, in the background. Needs the IAM action servicequotas:ListServiceQuotas.',
    flag(),
  )
  discover = false;

  @Setting('Minutes between two listings.', wholeNumber({ min: 1, max: 10_080 }))
  discoverEveryMinutes = 60;

  @Setting(
    'Milliseconds that a request may wait for an exhausted quota; 0: it is rejected at once.',
    wholeNumber({ min: 0, max: 600_000 }),
  )
  maxWaitMs = 30_000;

  @Setting(
    'Number of gateways that use the same quotas. Without Redis, or while it is unavailable, each uses its share.',
    wholeNumber({ min: 1, max: 10_000 }),
  )
  replicas = 1;
}
