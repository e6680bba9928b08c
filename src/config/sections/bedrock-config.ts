import { listOf, textMatching, milliseconds, oneOf, section, url, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';
import { QuotasConfig } from './quotas-config.ts';
import { regionPattern, regionDescription } from './region.ts';
import { AccountConfig, TargetConfig } from './targets-config.ts';

/** Holds where nothing names a region: the one where Bedrock has most models. */
const lastResort = 'us-east-1';

/** The region of calls that name none. */
export function regionOf({ region }: BedrockConfig): string {
  return region ?? lastResort;
}

export class BedrockTimeoutsConfig {
  @Setting('Milliseconds until a connection to Bedrock stands.', milliseconds())
  connectMs = 5_000;

  @Setting('Milliseconds until the first event of a stream, or the whole of a plain answer.', milliseconds())
  firstEventMs = 300_000;

  @Setting('Milliseconds of silence between two events of a stream.', milliseconds())
  idleMs = 120_000;

  @Setting('Milliseconds a whole call may take.', milliseconds())
  totalMs = 3_600_000;
}

export class BedrockConfig {
  @OptionalSetting(
    'AWS region; without it AWS_REGION, AWS_DEFAULT_REGION or the shared AWS config file says.',
    textMatching(regionPattern, regionDescription),
  )
  region?: string;

  @OptionalSetting("Endpoint in place of the region's own, for a VPC endpoint or the emulator.", url('http', 'https'))
  endpoint?: string;

  @OptionalSetting(
    "Endpoint of Bedrock's control plane, which models.discovery asks; without it bedrock.endpoint, or the region's own.",
    url('http', 'https'),
  )
  controlPlaneEndpoint?: string;

  @Setting(
    "Inference profiles to prefer where the model has them: geo, of the region's geography; global, worldwide; " +
      'region, none of them but on demand in the region.',
    oneOf('geo', 'global', 'region'),
  )
  profilePreference: 'geo' | 'global' | 'region' = 'geo';

  @OptionalSetting(
    "The gateway's own AWS account, which models.allowBedrockIds takes ARNs of; without it that of AWS_ROLE_ARN, or what " +
      'models.discovery finds.',
    textMatching(/^\d{12}$/, 'the 12 digits of an AWS account id'),
  )
  accountId?: string;

  @Setting('Further AWS accounts, reached by assuming a role in each.', listOf(AccountConfig))
  accounts: AccountConfig[] = [];

  @Setting(
    'Where models are called that have no targets in models.routes: regions, accounts and endpoints, in the order to ' +
      'try; without any, bedrock.region in the own account.',
    listOf(TargetConfig),
  )
  targets: TargetConfig[] = [];

  @Setting('Most sockets to Bedrock at a time; each request in flight holds one.', wholeNumber({ min: 1, max: 65_535 }))
  maxConnections = 8192;

  @Setting('How long Bedrock may take.', section(BedrockTimeoutsConfig))
  timeouts: BedrockTimeoutsConfig = new BedrockTimeoutsConfig();

  @Setting(
    'What AWS lets the accounts use, so that requests wait here in place of being throttled there.',
    section(QuotasConfig),
  )
  quotas: QuotasConfig = new QuotasConfig();
}

export class RetryConfig {
  @Setting(
    'How often a request is sent again after a failure that may pass; 0: never.',
    wholeNumber({ min: 0, max: 100 }),
  )
  maxRetries = 5;

  @Setting('Milliseconds before the first retry; doubles with each one, with jitter on top.', milliseconds())
  baseDelayMs = 1_000;

  @Setting('Most milliseconds between two attempts.', milliseconds())
  maxDelayMs = 30_000;

  @Setting(
    'Retries per second that the whole process may add on top of 20 % of its requests. An API key has a share of them: a quarter of them where there are four keys or more.',
    wholeNumber({ min: 0, max: 1_000_000 }),
  )
  budgetPerSecond = 10;

  @Setting('Milliseconds a request may spend before its first byte, retries included.', milliseconds())
  maxElapsedMs = 600_000;

  @Setting(
    'Milliseconds after its arrival within which a request that only waits (for a retry, a quota or a slot) is answered ' +
      'with the status of its failure and retry-after, streamed or not. It caps maxElapsedMs, bedrock.quotas.maxWaitMs and ' +
      'overload.queueTimeoutMs until an attempt at Bedrock has been open for streaming.keepAliveSeconds.',
    milliseconds(),
  )
  statusWithinMs = 25_000;
}
