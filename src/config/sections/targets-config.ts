import { textMatching, oneOf, text, url, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';
import { regionPattern, regionDescription } from './region.ts';

const accountName = textMatching(/^[\w.-]{1,64}$/, 'a name of letters, digits, dots, dashes and underscores');
const weight = wholeNumber({ min: 1, max: 1_000 });
const priority = wholeNumber({ min: 1, max: 100 });

export class AccountConfig {
  @Setting('Name by which targets refer to it, in logs and metrics, too.', accountName)
  name: string;

  @Setting(
    "Role in that account, assumed with the gateway's own credentials.",
    textMatching(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'the ARN of an IAM role'),
  )
  roleArn: string;

  @OptionalSetting('External id that the trust policy of the role demands.', text())
  externalId?: string;

  @Setting(
    'Name of the session, which CloudTrail shows in that account.',
    textMatching(/^[\w+=,.@-]{2,64}$/, '2 to 64 of letters, digits and _ + = , . @ -'),
  )
  sessionName = 'outcrop';
}

/** A place where every model can be called; which profile is called there follows from the model. */
export class TargetConfig {
  @OptionalSetting('Region to call in place of bedrock.region.', textMatching(regionPattern, regionDescription))
  region?: string;

  @OptionalSetting(
    'Inference profiles to prefer here in place of bedrock.profilePreference.',
    oneOf('geo', 'global', 'region'),
  )
  profilePreference?: 'geo' | 'global' | 'region';

  @OptionalSetting("One of bedrock.accounts; without it the gateway's own account.", accountName)
  account?: string;

  @OptionalSetting('Endpoint to call in place of bedrock.endpoint.', url('http', 'https'))
  endpoint?: string;

  @OptionalSetting('Share of the requests among targets of the same priority; all of a list have one, or none.', weight)
  weight?: number;

  @OptionalSetting('Targets of a higher number are for when those of a lower one fail; 1 where not set.', priority)
  priority?: number;
}

/** A place where one model can be called. */
export class RouteTargetConfig {
  @OptionalSetting(
    'Region to call; without it that of the ARN, or bedrock.region.',
    textMatching(regionPattern, regionDescription),
  )
  region?: string;

  @OptionalSetting(
    'What to call there: inference profile id, ARN or model id; without it what bedrock.profilePreference says for the model.',
    // Helm's regular expressions count to a thousand.
    textMatching(/^\S{1,1000}$/, 'a Bedrock model id, inference profile id or ARN'),
  )
  id?: string;

  @OptionalSetting(
    'Inference profiles to prefer here in place of bedrock.profilePreference.',
    oneOf('geo', 'global', 'region'),
  )
  profilePreference?: 'geo' | 'global' | 'region';

  @OptionalSetting("One of bedrock.accounts; without it the gateway's own account.", accountName)
  account?: string;

  @OptionalSetting('Endpoint to call in place of bedrock.endpoint.', url('http', 'https'))
  endpoint?: string;

  @OptionalSetting('Share of the requests among targets of the same priority; all of a list have one, or none.', weight)
  weight?: number;

  @OptionalSetting('Targets of a higher number are for when those of a lower one fail; 1 where not set.', priority)
  priority?: number;
}
