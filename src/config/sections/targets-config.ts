import { textMatching, oneOf, text, url, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';
import { regionPattern, regionDescription } from './region.ts';

const accountName = textMatching(/^[\w.-]{1,64}$/, 'a name of letters, digits, dots, dashes and underscores');
const weight = wholeNumber({ min: 1, max: 1_000 });
const priority = wholeNumber({ min: 1, max: 100 });

export class AccountConfig {
  @Setting('Name of the account in targets, logs and metrics.', accountName)
  name: string;

  @Setting(
    'Role in that account, which the gateway assumes with its own credentials.',
    textMatching(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'the ARN of an IAM role'),
  )
  roleArn: string;

  @OptionalSetting('External id that the trust policy of the role requires.', text())
  externalId?: string;

  @Setting(
    'Session name, which CloudTrail shows in that account.',
    textMatching(/^[\w+=,.@-]{2,64}$/, '2 to 64 of letters, digits and _ + = , . @ -'),
  )
  sessionName = 'outcrop';
}

/** A region, account and endpoint at which every model can be called. The profile depends on the model. */
export class TargetConfig {
  @OptionalSetting('Region, instead of bedrock.region.', textMatching(regionPattern, regionDescription))
  region?: string;

  @OptionalSetting(
    'Preferred inference profiles of this target, instead of bedrock.profilePreference.',
    oneOf('geo', 'global', 'region'),
  )
  profilePreference?: 'geo' | 'global' | 'region';

  @OptionalSetting('Account in bedrock.accounts. Default: the account of the gateway.', accountName)
  account?: string;

  @OptionalSetting('Endpoint, instead of bedrock.endpoint.', url('http', 'https'))
  endpoint?: string;

  @OptionalSetting(
    'Share of the requests among targets of the same priority. All targets of a list have one, or none.',
    weight,
  )
  weight?: number;

  @OptionalSetting(
    'Targets with a higher number are tried after those with a lower one have failed. Default: 1.',
    priority,
  )
  priority?: number;
}

/** A target for one model. */
export class RouteTargetConfig {
  @OptionalSetting(
    'Region. Default: the region of the ARN, or bedrock.region.',
    textMatching(regionPattern, regionDescription),
  )
  region?: string;

  @OptionalSetting(
    'Inference profile id, ARN or model id to call. Default: depends on bedrock.profilePreference and the model.',
    // Helm's regular expressions allow at most 1,000 repetitions.
    textMatching(/^\S{1,1000}$/, 'a Bedrock model id, inference profile id or ARN'),
  )
  id?: string;

  @OptionalSetting(
    'Preferred inference profiles of this target, instead of bedrock.profilePreference.',
    oneOf('geo', 'global', 'region'),
  )
  profilePreference?: 'geo' | 'global' | 'region';

  @OptionalSetting('Account in bedrock.accounts. Default: the account of the gateway.', accountName)
  account?: string;

  @OptionalSetting('Endpoint, instead of bedrock.endpoint.', url('http', 'https'))
  endpoint?: string;

  @OptionalSetting(
    'Share of the requests among targets of the same priority. All targets of a list have one, or none.',
    weight,
  )
  weight?: number;

  @OptionalSetting(
    'Targets with a higher number are tried after those with a lower one have failed. Default: 1.',
    priority,
  )
  priority?: number;
}
