import type { Usage } from './usage.ts';
import type { ModelPrice, TokenPrices } from './prices.ts';

/**
 * Price of geographic profiles as a multiple of the global price, unless the price states another one (pi-ai catalog of
 * 2026-11-10).
 */
const GEOGRAPHIC_FACTOR = 1.1;
/** Price of a cache write for one hour, as a multiple of the input price (Anthropic, prompt caching, 2026-07). */
const HOUR_CACHE_WRITE_FACTOR = 2;
const MILLION = 1_000_000;

/**
 * Returns the cost of one answer in USD at list prices; undefined if the price or the profile is unknown. Provisioned and
 * imported models are billed by the hour. The ARN of an application profile hides its model until discovery resolves it.
 */
export function costOf(usage: Usage, price: ModelPrice | undefined, profile: string | undefined): number | undefined {
  if (price === undefined || profile === undefined) return undefined;
  const { rates, factor } = ratesOf(price, profile, promptTokensOf(usage));
  const { input, output, cacheRead = input, cacheWrite = input } = rates;
  const forAnHour = Math.min(usage.cacheWrite1h ?? 0, usage.cacheWrite);
  const perMillion =
    usage.input * input +
    usage.output * output +
    usage.cacheRead * cacheRead +
    (usage.cacheWrite - forAnHour) * cacheWrite +
    forAnHour * input * HOUR_CACHE_WRITE_FACTOR;
  return (perMillion * factor) / MILLION;
}

/** Formats USD as a decimal fraction with at most nine places and without an exponent: `0.0000125`. */
export function formatUsd(cost: number): string {
  return cost.toFixed(9).replace(/\.?0+$/, '');
}

function promptTokensOf({ input, cacheRead, cacheWrite }: Usage): number {
  return input + cacheRead + cacheWrite;
}

function ratesOf(price: ModelPrice, profile: string, promptTokens: number): { rates: TokenPrices; factor: number } {
  const { longPrompt, profiles, geographic = GEOGRAPHIC_FACTOR } = price;
  const profileRates = profiles?.[profile];
  if (profileRates !== undefined) return { rates: profileRates, factor: 1 };
  const isLong = longPrompt !== undefined && promptTokens > longPrompt.aboveTokens;
  const isGeographic = profile !== 'global' && profile !== 'on-demand';
  return { rates: isLong ? longPrompt.rates : price, factor: isGeographic ? geographic : 1 };
}
