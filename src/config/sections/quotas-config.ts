import { flag, listOf, textMatching, oneOf, wholeNumber } from '../settings/kinds.ts';
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

export class QuotasConfig {
  @Setting('Quotas of the accounts; the entry that says most about a target holds.', listOf(QuotaConfig))
  limits: QuotaConfig[] = [];

  @Setting(
    'Asks Service Quotas in the background for what limits does not say. Needs the IAM action servicequotas:ListServiceQuotas.',
    flag(),
  )
  discover = false;

  @Setting('Minutes between two such questions.', wholeNumber({ min: 1, max: 10_080 }))
  discoverEveryMinutes = 60;

  @Setting(
    'Milliseconds a request may wait for its turn at a quota that is used up; 0: it is refused at once.',
    wholeNumber({ min: 0, max: 600_000 }),
  )
  maxWaitMs = 30_000;

  @Setting(
    'Gateways that use the same quotas: without Redis, or while it is away, each takes its share.',
    wholeNumber({ min: 1, max: 10_000 }),
  )
  replicas = 1;
}
