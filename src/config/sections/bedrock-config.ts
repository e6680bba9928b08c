import { listOf, textMatching, milliseconds, oneOf, section, url, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';
import { AttributionConfig } from './attribution-config.ts';
import { QuotasConfig } from './quotas-config.ts';
import { regionPattern, regionDescription } from './region.ts';
import { AccountConfig, TargetConfig } from './targets-config.ts';

/** The region if none is configured: the one with most of Bedrock's models. */
const fallbackRegion = 'us-east-1';

/** Returns the region of calls without an explicit one. */
export function regionOf({ region }: BedrockConfig): string {
  return region ?? fallbackRegion;
}

export class BedrockTimeoutsConfig {
  @Setting('Milliseconds to establish a connection to Bedrock.', milliseconds())
  connectMs = 5_000;

  @Setting('Milliseconds until the first event of a stream, or until a whole plain answer.', milliseconds())
  firstEventMs = 300_000;

  @Setting('Milliseconds without an event during a stream.', milliseconds())
  idleMs = 120_000;

  @Setting('Milliseconds for a whole call.', milliseconds())
  totalMs = 3_600_000;
}

export class BedrockConfig {
  @OptionalSetting(
    'AWS region. Default: AWS_REGION, AWS_DEFAULT_REGION or the shared AWS config file.',
    textMatching(regionPattern, regionDescription),
  )
  region?: string;

  @OptionalSetting("Endpoint instead of the region's, for a VPC endpoint or the emulator.", url('http', 'https'))
  endpoint?: string;

  @OptionalSetting(
    "Endpoint of Bedrock's control plane, for models.discovery. Default: bedrock.endpoint, or the endpoint of the region.",
    url('http', 'https'),
  )
  controlPlaneEndpoint?: string;

  @Setting(
    'Preferred inference profiles, for models that have them: geo, of the geography of the region; global, worldwide; region, none of them but on demand in the region.',
    oneOf('geo', 'global', 'region'),
  )
  profilePreference: 'geo' | 'global' | 'region' = 'geo';

  @OptionalSetting(
    'AWS account id of the gateway. models.allowBedrockIds accepts ARNs of this account. Default: the account of AWS_ROLE_ARN, or the one that models.discovery finds.',
    textMatching(/^\d{12}$/, 'the 12 digits of an AWS account id'),
  )
  accountId?: string;

  @Setting('Further AWS accounts. The gateway assumes a role in each.', listOf(AccountConfig))
  accounts: AccountConfig[] = [];

  @Setting('Attribution of calls to teams on the bill of AWS, by session tags.', section(AttributionConfig))
  attribution: AttributionConfig = new AttributionConfig();

  @Setting(
    "Regions, accounts and endpoints for models without targets in models.routes, in the order of attempts. Default: bedrock.region in the gateway's own account.",
    listOf(TargetConfig),
  )
  targets: TargetConfig[] = [];

  @Setting(
    'Maximum number of connections to Bedrock. Each request in flight uses one.',
    wholeNumber({ min: 1, max: 65_535 }),
  )
  maxConnections = 8192;

  @Setting('Timeouts of calls to Bedrock.', section(BedrockTimeoutsConfig))
  timeouts: BedrockTimeoutsConfig = new BedrockTimeoutsConfig();

  @Setting(
    'AWS quotas of the accounts. Requests wait in the gateway instead of being throttled by AWS.',
    section(QuotasConfig),
  )
  quotas: QuotasConfig = new QuotasConfig();
}

export class RetryConfig {
  @Setting('Maximum number of retries after a temporary failure; 0: no retries.', wholeNumber({ min: 0, max: 100 }))
  maxRetries = 5;

  @Setting('Milliseconds before the first retry. They double with each retry, with added jitter.', milliseconds())
  baseDelayMs = 1_000;

  @Setting('Maximum milliseconds between two attempts.', milliseconds())
  maxDelayMs = 30_000;

  @Setting(
    'Retries per second of the whole process, in addition to 20 % of its requests. Each API key has a share of them: a quarter with four or more keys.',
    wholeNumber({ min: 0, max: 1_000_000 }),
  )
  budgetPerSecond = 10;

  @Setting('Maximum milliseconds of a request before its first byte, including retries.', milliseconds())
  maxElapsedMs = 600_000;

  @Setting(
    'Milliseconds after its arrival within which a request that only waits (for a retry, a quota or a slot) receives the status of its failure and retry-after, streamed or not. Limits maxElapsedMs, bedrock.quotas.maxWaitMs and overload.queueTimeoutMs until an attempt at Bedrock has been open for streaming.keepAliveSeconds.',
    milliseconds(),
  )
  statusWithinMs = 25_000;
}
