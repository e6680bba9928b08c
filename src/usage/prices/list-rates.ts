import type { BilledTier } from '../billing-facts.ts';
import { fractionOf, product, type Fraction } from '../money.ts';
import type { ListPrice, TokenRates } from '../price-list/list-price.ts';
import { PRICE_FACTORS } from '../price-list/price-factors.ts';

/** Kinds of tokens that AWS bills separately. */
export type TokenKind = 'input' | 'output' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h';

/** The terms of a call on which its price depends. */
export interface PriceTerms {
  /** Prefix of the called profile, `on-demand` for a bare id, or undefined if an ARN hides it. */
  readonly profile: string | undefined;
  readonly region: string;
  readonly tier: BilledTier;
  readonly latency: 'standard' | 'optimized';
  /** True if the prompt is longer than `longPrompt.aboveTokens`. */
  readonly isLong: boolean;
}

/** Returns the prefixes of the profiles of a region, the narrowest geography first. */
export type GeographiesOf = (region: string) => readonly string[];

const ONE = fractionOf('1');
const GEOGRAPHIC = fractionOf(PRICE_FACTORS.geographic.factor);
const GOVCLOUD = fractionOf(PRICE_FACTORS.govCloud.factor);
const OPTIMIZED_LATENCY = fractionOf(PRICE_FACTORS.optimizedLatency.factor);
const HOUR_CACHE_WRITE = fractionOf(PRICE_FACTORS.hourCacheWrite.factor);
const TIER_FACTORS: Readonly<Record<BilledTier, Fraction>> = {
  default: ONE,
  flex: fractionOf(PRICE_FACTORS.flex.factor),
  priority: fractionOf(PRICE_FACTORS.priority.factor),
  reserved: fractionOf(PRICE_FACTORS.reserved.factor),
};
const GOVCLOUD_PREFIX = 'us-gov';
const GLOBAL_PROFILE = 'global';
const BARE_ID = 'on-demand';

/** Returns the exact list prices: in USD per million tokens by kind of token, and in USD for an image. */
export function listRates(
  price: ListPrice,
  terms: PriceTerms,
  geographiesOf: GeographiesOf,
): Readonly<Record<TokenKind | 'image', Fraction>> {
  const place = ratesAt(price, terms, geographiesOf);
  const rounded = terms.tier === 'flex' || terms.tier === 'priority' ? price.tiers?.[terms.tier] : undefined;
  const isRounded = rounded !== undefined && place.rates === price.rates;
  const factor = product(
    place.factor,
    isRounded ? ONE : TIER_FACTORS[terms.tier],
    terms.latency === 'optimized' ? OPTIMIZED_LATENCY : ONE,
  );
  const [input, output, cacheRead = input, cacheWrite = input] = isRounded ? rounded : place.rates;
  const times = (decimal: string) => product(fractionOf(decimal), factor);
  return {
    input: times(input),
    output: times(output),
    cacheRead: times(cacheRead),
    cacheWrite5m: times(cacheWrite),
    cacheWrite1h: product(times(input), HOUR_CACHE_WRITE),
    image: product(fractionOf(price.image ?? '0'), place.factor),
  };
}

/** Returns the rates at the place of a call, and the surcharge of the place. */
function ratesAt(
  price: ListPrice,
  { profile, region, isLong }: PriceTerms,
  geographiesOf: GeographiesOf,
): { rates: TokenRates; factor: Fraction } {
  const rates = isLong ? (price.longPrompt?.rates ?? price.rates) : price.rates;
  if (profile === GLOBAL_PROFILE) return { rates, factor: ONE };
  const isInGeography = profile !== undefined && profile !== BARE_ID;
  const ofRegion = isInGeography ? undefined : price.regions?.[region];
  if (ofRegion !== undefined) return { rates: ofRegion, factor: ONE };
  const geographies = isInGeography ? [profile] : geographiesOf(region);
  const ofGeography = geographies.map((prefix) => price.profiles?.[prefix]).find((found) => found !== undefined);
  if (ofGeography !== undefined) return { rates: ofGeography, factor: ONE };
  if (geographies.includes(GOVCLOUD_PREFIX)) return { rates, factor: GOVCLOUD };
  return { rates, factor: price.surcharge === 'geographic' ? GEOGRAPHIC : ONE };
}
