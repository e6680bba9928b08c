import { arnPlaceOf, arnRefusal, type ConfiguredPlaces, configuredPlaces } from '../../config/configured-places.ts';
import type { GatewayConfig } from '../../config/gateway-config.ts';
import type { Account } from '../account/account.ts';
import { parseBedrockId } from '../names/bedrock-id.ts';
import { GLOBAL_PREFIX, homeGeographyOf, isKnownProfilePrefix } from '../names/geography.ts';

/** Suffix of a label for a profile that is called by the bare id of its model. */
const ON_DEMAND = 'on-demand';

/**
 * Decides which Bedrock ids, inference profile ids and ARNs `models.allowBedrockIds` takes as model names. Names, aliases and
 * custom models are not its concern: the settings choose where these lead.
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
   * States why the text is refused, as the end of a sentence with the setting that decides; undefined where it is
   * taken. `called` gives the ids that the gateway calls itself for the same model.
   */
  refusalOf(text: string, called: () => readonly string[]): string | undefined {
    switch (this.policy) {
      case 'all':
        return undefined;
      case 'none':
        return 'is a Bedrock id, and this gateway takes model names only (setting models.allowBedrockIds).';
      case 'configured': {
        if (this.places.ids.has(text)) return undefined;
        const reason = this.reasonAgainst(text, called);
        return reason && `is refused by the setting models.allowBedrockIds (configured): ${reason}.`;
      }
      default:
        return this.policy satisfies never;
    }
  }

  /**
   * States the same, without what only discovery can know: accounts, and geographies that are newer than the table.
   * Settings are checked by it.
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
    const outside = arn && arnRefusal(arn, this.places);
    if (outside !== undefined) return outside;
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

  /** An application profile hides what it is made of; discovery knows. */
  private prefixOf(text: string): string | undefined {
    return this.account?.profiles.get(text)?.profile ?? parseBedrockId(text)?.prefix;
  }

  /** A geography that is newer than the table: the configured region lists its profiles. */
  private isOfOwnRegion(text: string, prefix: string): boolean {
    return !isKnownProfilePrefix(prefix) && this.account?.profiles.get(text) !== undefined;
  }
}
