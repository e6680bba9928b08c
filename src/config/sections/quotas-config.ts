import { flag, listOf, textMatching, oneOf, section, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';
import { regionPattern, regionDescription } from './region.ts';

const withoutBlanks = /^\S+$/;
const mostTokens = Number.MAX_SAFE_INTEGER;

export class QuotaConfig {
  @Setting(
    'Model it is for, by name or Bedrock id; "*" for all models of the account and region together.',
    textMatching(withoutBlanks, 'the name of a model or "*"'),
  )
  model: string;

  @OptionalSetting(
    'Region that is called; without it, it holds in each region for itself.',
    textMatching(regionPattern, regionDescription),
  )
  region?: string;

  @OptionalSetting(
    'One of bedrock.accounts; without it, it holds in each account for itself.',
    textMatching(withoutBlanks, 'a name without blanks'),
  )
  account?: string;

  @OptionalSetting(
    'Kind of inference profile, each of which has quotas of its own; without it, it holds for each kind for itself.',
    oneOf('geo', 'global', 'on-demand'),
  )
  profile?: 'geo' | 'global' | 'on-demand';

  @OptionalSetting('Tokens per minute as Service Quotas shows them.', wholeNumber({ min: 1, max: mostTokens }))
  tokensPerMinute?: number;

  @OptionalSetting(
    'Requests per minute, for models that still have such a quota.',
    wholeNumber({ min: 1, max: mostTokens }),
  )
  requestsPerMinute?: number;

  @OptionalSetting('Tokens per day (UTC).', wholeNumber({ min: 1, max: mostTokens }))
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
  @Setting('Quotas of the accounts; the entry that says most about a target holds.', listOf(QuotaConfig))
  limits: QuotaConfig[] = [];

  @Setting('Discovery of the quotas that limits does not have.', section(QuotaDiscoveryConfig))
  discovery: QuotaDiscoveryConfig = new QuotaDiscoveryConfig();

  @Setting(
    'Milliseconds a request may wait for its turn at a quota that is used up; 0: it is refused at once.',
    wholeNumber({ min: 0, max: 600_000 }),
  )
  maxWaitMs = 30_000;

  @Setting(
    'Number of replicas that share the quotas: without Redis, or while it is unavailable, each uses an equal part.',
    wholeNumber({ min: 1, max: 10_000 }),
  )
  shareAmongReplicas = 1;
}
