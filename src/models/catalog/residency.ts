import { arnPlaceOf, arnRefusal, type ConfiguredPlaces, configuredPlaces } from '../../config/configured-places.ts';
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
export class Residency {
  private readonly policy: GatewayConfig['models']['allowBedrockIds'];
  private readonly places: ConfiguredPlaces;
  private readonly account: Account | undefined;
  /** Profile prefixes of the geographies of all configured regions. */
  private readonly prefixes: ReadonlySet<string>;

  constructor(config: GatewayConfig, account: Account | undefined) {
    const places = configuredPlaces(config);
    const accounts = new Set([...places.accounts, ...(account?.id === undefined ? [] : [account.id])]);
    this.policy = config.models.allowBedrockIds;
    this.places = { ...places, accounts };
    this.account = account;
    this.prefixes = new Set([...places.regions].flatMap((region) => homeGeographyOf(region)));
  }

  /**
   * Returns why an id is rejected; undefined if it is accepted. The reason is the end of a sentence and names the
   * setting. `called`: ids that the gateway calls itself for the same model.
   */
  refusalOf(text: string, called: () => readonly string[]): string | undefined {
    switch (this.policy) {
      case 'all':
        return undefined;
      case 'none':
        return 'is a Bedrock id, but this gateway accepts model names only (setting models.allowBedrockIds).';
      case 'configured': {
        if (this.places.ids.has(text)) return undefined;
        const reason = this.reasonAgainst(text, called);
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
  conflictOf(text: string, called: () => readonly string[]): string | undefined {
    const refusal = this.refusalOf(text, called);
    if (this.policy !== 'configured' || refusal === undefined) return refusal;
    const arn = arnPlaceOf(text);
    const prefix = this.prefixOf(text);
    const isAccountMatter = arn !== undefined && arnRefusal({ ...arn, account: '' }, this.places) === undefined;
    const isKnown = prefix === undefined ? !isAccountMatter : isKnownProfilePrefix(prefix);
    return isKnown ? refusal : undefined;
  }

  private reasonAgainst(text: string, called: () => readonly string[]): string | undefined {
    const arn = arnPlaceOf(text);
    const outsideReason = arn && arnRefusal(arn, this.places);
    if (outsideReason !== undefined) return outsideReason;
    const prefix = this.prefixOf(text);
    if (prefix === undefined || prefix === ON_DEMAND || this.prefixes.has(prefix)) return undefined;
    if (prefix === GLOBAL_PREFIX) {
      return this.places.global
        ? undefined
        : 'global inference profiles are not configured (setting bedrock.profilePreference, or profilePreference of a target)';
    }
    if (called().includes(text) || this.isOfOwnRegion(text, prefix)) return undefined;
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
