import { flag, listOf, textMatching, oneOf, section, wholeNumber } from '../settings/kinds.ts';
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

export class QuotaDiscoveryConfig {
  @Setting(
    'Reads quotas from Service Quotas in the background. Needs the IAM action servicequotas:ListServiceQuotas.',
    flag(),
  )
  enabled = false;

  @Setting('Minutes between two runs.', wholeNumber({ min: 1, max: 10_080 }))
  intervalMinutes = 60;
}

export class QuotasConfig {
  @Setting('Quotas of the accounts. The most specific entry for a target applies.', listOf(QuotaConfig))
  limits: QuotaConfig[] = [];

  @Setting('Discovery of quotas that limits does not contain.', section(QuotaDiscoveryConfig))
  discovery: QuotaDiscoveryConfig = new QuotaDiscoveryConfig();

  @Setting(
    'Milliseconds that a request may wait for an exhausted quota; 0: it is rejected at once.',
    wholeNumber({ min: 0, max: 600_000 }),
  )
  maxWaitMs = 30_000;

  @Setting(
    'Number of replicas that share the quotas. Without Redis, or while it is unavailable, each uses an equal share.',
    wholeNumber({ min: 1, max: 10_000 }),
  )
  shareAmongReplicas = 1;
}
