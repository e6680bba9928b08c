import type { GatewayConfig } from './gateway-config.ts';
import { regionOf } from './sections/bedrock-config.ts';

/** Region and account in an ARN of Bedrock. */
export interface ArnLocation {
  region: string;
  /** Empty for resources of AWS, such as foundation models. */
  account: string;
}

/** Regions, accounts and ids in the settings. */
export interface ConfiguredLocations {
  regions: ReadonlySet<string>;
  /** AWS account ids of 12 digits, including the gateway's own account if the settings contain it. */
  accounts: ReadonlySet<string>;
  /** Ids and ARNs in the settings. */
  ids: ReadonlySet<string>;
  /** True if any setting prefers `global.` profiles. */
  global: boolean;
}

/** Partition, service, region, account and resource (AWS general reference, ARN format, 2026-11). */
const ARN = /^arn:[a-z-]+:[a-z0-9-]+:([a-z0-9-]*):(\d*):./;

/** Returns undefined for text that is not an ARN. */
export function arnLocationOf(text: string): ArnLocation | undefined {
  const [, region, account] = ARN.exec(text) ?? [];
  return region === undefined || account === undefined ? undefined : { region, account };
}

/**
 * Collects regions, accounts and ids of `bedrock` and `models`. For an ARN that only an alias, a fallback or the default
 * model uses, the ARN itself counts, but not its region and account.
 */
export function configuredLocations({ bedrock, models }: GatewayConfig): ConfiguredLocations {
  const routeTargets = models.routes.flatMap(({ targets }) => targets);
  const called = [...models.custom.map(({ id }) => id), ...routeTargets.flatMap(({ id }) => id ?? [])];
  const others = [
    ...Object.values(models.aliases),
    ...models.routes.flatMap(({ model, fallbacks }) => [model, ...fallbacks]),
    models.default,
  ];
  const arns = called.flatMap((id) => arnLocationOf(id) ?? []);
  const roles = bedrock.accounts.flatMap(({ roleArn }) => arnLocationOf(roleArn)?.account ?? []);
  const regions = [...bedrock.targets, ...routeTargets, ...models.custom].flatMap(({ region }) => region ?? []);
  const preferences = [bedrock, ...bedrock.targets, ...routeTargets].map(({ profilePreference }) => profilePreference);
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

/** Returns the reason for which an ARN is outside the configured regions and accounts; undefined if it is within them. */
export function arnRejection({ region, account }: ArnLocation, locations: ConfiguredLocations): string | undefined {
  if (!locations.regions.has(region)) return `its region ${region} is not a configured region`;
  if (account !== '' && !locations.accounts.has(account)) {
    return 'its AWS account is not a configured account (settings bedrock.accountId and bedrock.accounts)';
  }
  return undefined;
}

/**
 * Returns the reason for which a request may not select this guardrail. Returns undefined for ids, for the configured
 * guardrail, and if `models.allowBedrockIds` is `all`. The gateway's own account is known if bedrock.accountId or
 * AWS_ROLE_ARN is set.
 */
export function guardrailRejection(id: string, config: GatewayConfig): string | undefined {
  const arn = config.models.allowBedrockIds === 'all' || id === config.guardrail.id ? undefined : arnLocationOf(id);
  const reason = arn && arnRejection(arn, configuredLocations(config));
  return (
    reason &&
    `The setting models.allowBedrockIds does not allow this guardrail (${config.models.allowBedrockIds}): ${reason}.`
  );
}
