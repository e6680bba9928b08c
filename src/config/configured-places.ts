import type { GatewayConfig } from './gateway-config.ts';
import { regionOf } from './sections/bedrock-config.ts';

/** Parts of an ARN of Bedrock's that decide where it leads. */
export interface ArnPlace {
  region: string;
  /** Empty for what AWS owns, such as foundation models. */
  account: string;
}

/** Regions and accounts that the settings name, and the ids they name. */
export interface ConfiguredPlaces {
  regions: ReadonlySet<string>;
  /** AWS account ids of 12 digits; the own one is among them where the settings give it. */
  accounts: ReadonlySet<string>;
  /** Ids and ARNs that the settings name themselves. */
  ids: ReadonlySet<string>;
  /** Whether `global.` profiles are preferred anywhere. */
  global: boolean;
}

/** Partition, service, region, account and resource (AWS general reference, ARN format, 2026-11). */
const ARN = /^arn:[a-z-]+:[a-z0-9-]+:([a-z0-9-]*):(\d*):./;

/** Returns undefined for text that is not an ARN. */
export function arnPlaceOf(text: string): ArnPlace | undefined {
  const [, region, account] = ARN.exec(text) ?? [];
  return region === undefined || account === undefined ? undefined : { region, account };
}

/**
 * Collects the places of `bedrock` and `models`. An ARN that only an alias, a fallback or the default names is taken
 * itself, but configures neither its region nor its account.
 */
export function configuredPlaces({ bedrock, models }: GatewayConfig): ConfiguredPlaces {
  const routed = models.routes.flatMap(({ targets }) => targets);
  const called = [...models.custom.map(({ id }) => id), ...routed.flatMap(({ id }) => id ?? [])];
  const others = [
    ...Object.values(models.aliases),
    ...models.routes.flatMap(({ model, fallbacks }) => [model, ...fallbacks]),
    models.default,
  ];
  const arns = called.flatMap((id) => arnPlaceOf(id) ?? []);
  const roles = bedrock.accounts.flatMap(({ roleArn }) => arnPlaceOf(roleArn)?.account ?? []);
  const regions = [...bedrock.targets, ...routed, ...models.custom].flatMap(({ region }) => region ?? []);
  const preferences = [bedrock, ...bedrock.targets, ...routed].map(({ profilePreference }) => profilePreference);
  return {
    regions: new Set([regionOf(bedrock), ...regions, ...arns.map(({ region }) => region)]),
    accounts: new Set([
      ...(bedrock.accountId === undefined ? [] : [bedrock.accountId]),
      ...roles,
      ...arns.map(({ account }) => account).filter((account) => account !== ''),
    ]),
    ids: new Set([...called, ...others]),
    global: preferences.includes('global'),
  };
}

/** States why an ARN is outside the configured regions and accounts; undefined where it is within. */
export function arnRefusal({ region, account }: ArnPlace, places: ConfiguredPlaces): string | undefined {
  if (!places.regions.has(region)) return `its region ${region} is not a configured region`;
  if (account !== '' && !places.accounts.has(account)) {
    return 'its AWS account is not a configured account (settings bedrock.accountId and bedrock.accounts)';
  }
  return undefined;
}

/**
 * States why a request may not choose this guardrail; undefined for ids, for the guardrail of the settings, and where
 * `models.allowBedrockIds` is all. The own account counts where bedrock.accountId or AWS_ROLE_ARN gives it.
 */
export function guardrailRefusal(id: string, config: GatewayConfig): string | undefined {
  const arn = config.models.allowBedrockIds === 'all' || id === config.guardrail.id ? undefined : arnPlaceOf(id);
  const reason = arn && arnRefusal(arn, configuredPlaces(config));
  return (
    reason &&
    `The guardrail is refused by the setting models.allowBedrockIds (${config.models.allowBedrockIds}): ${reason}.`
  );
}
