import {
  arnLocationOf,
  arnRejection,
  type ConfiguredLocations,
  configuredLocations,
} from '../../config/configured-locations.ts';
import type { GatewayConfig } from '../../config/gateway-config.ts';
import type { Account } from '../account/account.ts';
import { parseBedrockId } from '../names/bedrock-id.ts';
import { GLOBAL_PREFIX, homeGeographyOf, isKnownProfilePrefix } from '../names/geography.ts';

/** Profile in a label if the model is called by its bare id. */
const ON_DEMAND = 'on-demand';

/**
 * Decides which Bedrock ids, inference profile ids and ARNs clients may use as model names, by `models.allowBedrockIds`. Does
 * not restrict names, aliases and custom models, whose targets the settings choose.
 */
export class BedrockIdPolicy {
  private readonly policy: GatewayConfig['models']['allowBedrockIds'];
  private readonly locations: ConfiguredLocations;
  private readonly account: Account | undefined;
  /** Profile prefixes of the geographies of all configured regions. */
  private readonly prefixes: ReadonlySet<string>;

  constructor(config: GatewayConfig, account: Account | undefined) {
    const locations = configuredLocations(config);
    const accounts = new Set([...locations.accounts, ...(account?.id === undefined ? [] : [account.id])]);
    this.policy = config.models.allowBedrockIds;
    this.locations = { ...locations, accounts };
    this.account = account;
    this.prefixes = new Set([...locations.regions].flatMap((region) => homeGeographyOf(region)));
  }

  /**
   * Returns why an id is rejected; undefined if it is accepted. The reason is the end of a sentence and names the
   * setting. `calledIds`: ids that the gateway calls itself for the same model.
   */
  rejectionOf(text: string, calledIds: () => readonly string[]): string | undefined {
    switch (this.policy) {
      case 'all':
        return undefined;
      case 'none':
        return 'is a Bedrock id, but this gateway accepts model names only (setting models.allowBedrockIds).';
      case 'configured': {
        if (this.locations.ids.has(text)) return undefined;
        const reason = this.rejectionReason(text, calledIds);
        return reason && `is rejected by the setting models.allowBedrockIds (configured): ${reason}.`;
      }
      default:
        return this.policy satisfies never;
    }
  }

  /**
   * Returns why an id is rejected, without reasons that only the discovery can resolve: accounts, and geographies that
   * the table lacks. Used to check the settings.
   */
  conflictOf(text: string, calledIds: () => readonly string[]): string | undefined {
    const rejection = this.rejectionOf(text, calledIds);
    if (this.policy !== 'configured' || rejection === undefined) return rejection;
    const arn = arnLocationOf(text);
    const prefix = this.prefixOf(text);
    const isAccountMatter = arn !== undefined && arnRejection({ ...arn, account: '' }, this.locations) === undefined;
    const isKnown = prefix === undefined ? !isAccountMatter : isKnownProfilePrefix(prefix);
    return isKnown ? rejection : undefined;
  }

  private rejectionReason(text: string, calledIds: () => readonly string[]): string | undefined {
    const arn = arnLocationOf(text);
    const outsideReason = arn && arnRejection(arn, this.locations);
    if (outsideReason !== undefined) return outsideReason;
    const prefix = this.prefixOf(text);
    if (prefix === undefined || prefix === ON_DEMAND || this.prefixes.has(prefix)) return undefined;
    if (prefix === GLOBAL_PREFIX) {
      return this.locations.global
        ? undefined
        : 'global inference profiles are not configured (setting bedrock.profilePreference, or profilePreference of a target)';
    }
    if (calledIds().includes(text) || this.isOfOwnRegion(text, prefix)) return undefined;
    return `inference profiles of ${prefix} are outside the geographies of the configured regions`;
  }

  /** Returns the profile prefix of an id. Only the discovery knows the source of an application profile. */
  private prefixOf(text: string): string | undefined {
    return this.account?.profiles.get(text)?.profile ?? parseBedrockId(text)?.prefix;
  }

  /** Returns true for a geography that the table lacks, if the configured region lists the profile. */
  private isOfOwnRegion(text: string, prefix: string): boolean {
    return !isKnownProfilePrefix(prefix) && this.account?.profiles.get(text) !== undefined;
  }
}
