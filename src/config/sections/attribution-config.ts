import { flag, oneOf, section, text, textMatching, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

const tagKey = textMatching(
  /^[A-Za-z0-9][A-Za-z0-9 _.:/=+@-]{0,127}$/,
  'a key of up to 128 letters, digits, spaces and _ . : / = + @ -, starting with a letter or digit',
);

export class AttributionTagsConfig {
  @Setting('Key of the session tag with the name of the team.', tagKey)
  team = 'team';

  @Setting('Key of the session tag with the cost center of the application or team.', tagKey)
  costCenter = 'cost-center';

  @OptionalSetting(
    'Key of the session tag with the name of the application. Without it, the applications of a team share a session.',
    tagKey,
  )
  application?: string;
}

export class AttributionConfig {
  @Setting(
    'Calls Bedrock for each team with an assumed role and session tags, so that the bill of AWS shows the teams.',
    flag(),
  )
  enabled = false;

  @OptionalSetting(
    'Role in the account of the gateway, which the gateway assumes for calls of teams in that account. Calls in bedrock.accounts use the roles there.',
    textMatching(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'the ARN of an IAM role'),
  )
  roleArn?: string;

  @OptionalSetting('External id that the trust policy of roleArn requires.', text())
  externalId?: string;

  @Setting('Keys of the session tags.', section(AttributionTagsConfig))
  tags: AttributionTagsConfig = new AttributionTagsConfig();

  @Setting(
    'Calls without a session of their team, because STS fails or there are too many sessions: untagged, with the credentials of the gateway; refuse, 503 attribution_unavailable.',
    oneOf('untagged', 'refuse'),
  )
  onFailure: 'untagged' | 'refuse' = 'untagged';

  @Setting(
    'Maximum number of sessions in each replica: one for each team, account, cost center and tagged application. Beyond it, a session that was not used for a minute ends, otherwise onFailure applies.',
    wholeNumber({ min: 1, max: 20_000 }),
  )
  maxSessions = 1_000;

  @Setting(
    'Seconds that a session is valid. AWS allows at most 3600 if the credentials of the gateway come from a role, as in EKS.',
    wholeNumber({ min: 900, max: 43_200 }),
  )
  sessionSeconds = 3_600;

  @Setting(
    'Maximum milliseconds that the first call of a team waits for its session. Then onFailure applies.',
    wholeNumber({ min: 1, max: 60_000 }),
  )
  firstUseTimeoutMs = 2_000;
}
